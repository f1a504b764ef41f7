/* Shortening the retention of a recovery point whose copies are verified: two destinations, two
 * invocations of outcometracker, and a person who starts a copy of the point.
 *
 * Jobs 0 and 1 make the copies to the two destinations, job 2 is the person's. A tick is half a day.
 * A job runs for LONGEST ticks at the most; the source is deleted when its retention ends, and a job
 * in flight fails then. The first retention is long: only the shortened one ends here.
 *
 * Weaknesses, each switched on with -D:
 *   LAG             the job list shows a new job, and its end, only later
 *   CROSS_REGION    the other Region describes a new copy only later
 *   DOUBLE          events come twice
 * Fixes that can be taken away:
 *   NO_SECOND_LIST  the list that the outcome was decided by is the only one
 *   ONE_DAY         a day is left instead of two
 *   ONE_COPY        the other destination is not verified
 * Properties: the retention is shortened only when both copies exist; a job that is in flight then
 * began after the last list (without LAG), and does not lose its source.
 */
#ifndef LONGEST
#define LONGEST 3
#endif
#ifdef ONE_DAY
#define LEAST 2
#else
#define LEAST 4
#endif

#define NONE 0
#define RUNNING 1
#define COMPLETED 2

byte state[3], list[3];         /* as it is, as it is listed: the same values */
byte runs[3];                   /* ticks that the job has run */
bit described[2];               /* the copy, in its vault */
bit early[3];                   /* in flight, and it began before the change */
byte left;                      /* ticks until the source is deleted; 0: its retention is not shortened */
bit deleted;
byte events[2];                 /* outcomes of the two copies that wait for a tracker */
byte k;

#define BUSY (list[0] == RUNNING || list[1] == RUNNING || list[2] == RUNNING)
#define RIGHT(d) (list[d] == COMPLETED && described[d])

proctype Tracker() {
  byte d; bit new[3];           /* jobs that began after this invocation's last list */
  do
  :: atomic {                   /* lists the jobs of the point, describes the copy */
       if :: events[0] > 0 -> d = 0 :: events[1] > 0 -> d = 1 fi;
       events[d]--;
       k = 0; do :: k < 3 -> new[k] = (state[k] == NONE); k++ :: else -> break od; k = 0;
       if
       :: BUSY || !RIGHT(d) -> d = 0; new[0] = 0; new[1] = 0; new[2] = 0; goto again
       :: else
       fi
     }
     atomic {                   /* describes the copy at the other destination */
#ifndef ONE_COPY
       if
       :: !RIGHT(1 - d) -> d = 0; new[0] = 0; new[1] = 0; new[2] = 0; goto again
       :: else
       fi
#else
       true
#endif
     }
#ifndef NO_SECOND_LIST
     atomic {                   /* lists the jobs again */
       k = 0; do :: k < 3 -> new[k] = (state[k] == NONE); k++ :: else -> break od; k = 0;
       if
       :: BUSY -> d = 0; new[0] = 0; new[1] = 0; new[2] = 0; goto again
       :: else
       fi
     }
#else
     atomic {                   /* what happened before this step could have been listed */
       k = 0; do :: k < 3 -> new[k] = (state[k] == NONE); k++ :: else -> break od; k = 0
     }
#endif
     atomic {                   /* changes the retention */
       printf("the retention is shortened\n");
       assert(deleted || (state[0] == COMPLETED && state[1] == COMPLETED));
       k = 0;
       do
       :: k < 3 ->
#ifndef LAG
          assert(state[k] != RUNNING || new[k]);
#endif
          if :: left == 0 -> early[k] = (state[k] == RUNNING) :: else fi;  /* it is shortened once: later ends are no change */
          k++
       :: else -> break
       od;
       left = (left == 0 && !deleted -> LEAST : left);           
       k = 0; d = 0; new[0] = 0; new[1] = 0; new[2] = 0
     }
again:
     skip
  od
}

inline begin(j) {
  state[j] = RUNNING; printf("job %d begins\n", j);
#ifndef LAG
  list[j] = RUNNING
#endif
}

inline end(j) {
  state[j] = COMPLETED; early[j] = 0; runs[j] = 0; printf("job %d ends\n", j);
#ifndef LAG
  list[j] = COMPLETED;
#endif
  if
  :: j < 2 ->
     events[j]++;
#ifdef DOUBLE
     if :: events[j]++ :: true fi;
#endif
#ifndef CROSS_REGION
     described[j] = 1
#endif
  :: else
  fi
}

proctype World() {
  byte j;
  do
  :: atomic { !deleted && state[0] == NONE -> begin(0) }
  :: atomic { !deleted && state[1] == NONE -> begin(1) }
  :: atomic { !deleted && state[2] == NONE -> begin(2) }
  :: atomic { state[0] == RUNNING -> end(0) }
  :: atomic { state[1] == RUNNING -> end(1) }
  :: atomic { state[2] == RUNNING -> end(2) }
  :: atomic { (state[0] != RUNNING || runs[0] < LONGEST) && (state[1] != RUNNING || runs[1] < LONGEST) && (state[2] != RUNNING || runs[2] < LONGEST) ->
       j = 0; do :: j < 3 -> runs[j] = (state[j] == RUNNING -> runs[j] + 1 : 0); j++ :: else -> break od; j = 0;
       if
       :: left > 1 -> left--
       :: left == 1 -> left = 0; deleted = 1; printf("the source is deleted\n");
          assert(!early[0] && !early[1] && !early[2])
       :: else
       fi }
#ifdef LAG
  :: atomic { list[0] < state[0] -> list[0]++ }
  :: atomic { list[1] < state[1] -> list[1]++ }
  :: atomic { list[2] < state[2] -> list[2]++ }
#endif
#ifdef CROSS_REGION
  :: atomic { state[0] == COMPLETED && !described[0] -> described[0] = 1 }
  :: atomic { state[1] == COMPLETED && !described[1] -> described[1] = 1 }
  :: atomic { events[0] == 0 && events[1] == 0 && described[0] && described[1] && !deleted && left == 0 -> events[0]++ }  /* a full run asks */
#endif
  od
}

init { atomic { run Tracker(); run Tracker(); run World() } }
