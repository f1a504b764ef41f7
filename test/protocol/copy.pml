/* The copy of one recovery point to one vault: copystarter twice, outcometracker, the reconciler,
 * an operator, AWS Backup, SQS. README.md says what is modelled and what is not.
 *
 * Time is an order of events. A message knows how many jobs had ended when it was first sent
 * (first_seen) and when it was last rejected (rejected_at), and how many had been started when it
 * was last sent. The settling time of 15 minutes is longer than any lag: it is over once the list
 * shows the job, or the vault describes the copy. At some time AWS becomes steady: it catches up
 * with everything and does not lag any more. Then every wait has to end.
 *
 * Weaknesses of the environment, each switched on with -D:
 *   LAG             the job list shows a new job, and its end, only later
 *   BACK            a reader may see any job a step behind what the list has shown already
 *   CROSS_REGION    the other Region describes a new copy, and a deletion, only later
 *   LOSE, DOUBLE    events are lost, or come twice
 *   SKEW            a job that is a little older than a message is not recognized as older
 *   FORGET_JOBS     the list forgets the oldest ended job after 30 days; no message is that old
 *   FORGET_TOKENS   AWS forgets a token once lists show that its job has ended
 *   SOURCE_EXPIRES  the source may expire; a job fails then
 * How often something may happen: CRASHES, TRANSIENT and PERMANENT (failures of copies), REDRIVES
 * (of dead-letter messages), DELETIONS (of copies by hand), RUNS (of the reconciler before AWS is
 * steady), REQUESTS (events replayed from the archive).
 * Fixes and rules that can be taken away:
 *   NO_SETTLING     a completed copy that is not described counts as gone at once
 *   NO_EVENT_WAIT   an event of a job that the list does not show is decided by older jobs
 *   COUNT_TOKEN     the token is the number of ended jobs, and a job that is answered is not
 *                   decided about
 *   BLIND_RETRY     a start that an ended job answers is repeated without deciding anew
 *   NO_STALE        any answer of AWS counts as a start
 *   NO_RUNS         no reconciler
 * With STRICT, dead-letter messages are checked against jobs that no list shows yet, too.
 * With REACHED, the checker has to find that the end is reached with a copy made.
 */
#ifndef JOBS
#define JOBS 3
#endif
#ifndef MESSAGES
#define MESSAGES 3              /* room in each queue */
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2
#endif
#ifndef RECEIVES
#define RECEIVES 2              /* after which SQS moves a message to the dead-letter queue */
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef TRANSIENT
#define TRANSIENT 0
#endif
#ifndef PERMANENT
#define PERMANENT 0
#endif
#ifndef REDRIVES
#define REDRIVES 0
#endif
#ifndef DELETIONS
#define DELETIONS 0
#endif
#ifndef RUNS
#define RUNS 0
#endif
#ifndef REQUESTS
#define REQUESTS 0
#endif
#define UNKNOWN 15              /* first_seen of a message that SQS moved: redriving sets it */
#define ROUNDS 6                /* full runs at the end; each must bring the copy closer */

/* states of a job, in this order */
#define NONE 0
#define RUNNING 1
#define FAILED 2                /* for a reason that passes */
#define DENIED 3                /* for one that a person has to remove */
#define COMPLETED 4

/* what the list shows of a job */
#define HIDDEN 0
#define SHOWN 1                 /* in flight */
#define ENDED 2
#define FORGOTTEN 3

/* what the final vault says about the copy of a job */
#define UNDESCRIBED 0
#define PRESENT 1
#define GONE 2                  /* EXPIRED or DELETING */

byte jobs, ends;                /* how many were started, and have ended */
byte state[JOBS], token[JOBS], ended[JOBS], list[JOBS], described[JOBS];
bit stored[JOBS];               /* the copy exists */
bit settled[JOBS];              /* the settling time after its end is over */
bit remembered[JOBS];           /* AWS remembers its token */
bit source = 1, steady;
bit asked;                      /* an operator who has looked asked for a copy whose history is unknown */
bit cut;                        /* a bound of the model is met: nothing goes on */
bit second;                     /* a job was started while a copy existed or was in flight */
bit untrue;                     /* a dead-letter message is about such a copy */
bit sure[2];                    /* a starter knows all that there is: waiting would be endless */
byte busy;                      /* starters between list and start */

bit cUsed[MESSAGES]; byte cFirst[MESSAGES], cRejected[MESSAGES], cSent[MESSAGES], cReceives[MESSAGES];  /* queue copies */
bit oUsed[MESSAGES]; byte oJob[MESSAGES], oFirst[MESSAGES];  /* queue outcomes: job + 1; 0: a request */
bit dUsed[MESSAGES]; byte dFirst[MESSAGES], dRejected[MESSAGES]; bit dHistory[MESSAGES];  /* dead-letter queue of copies */
byte letters;                   /* messages in it */

byte crashes = CRASHES, transient = TRANSIENT, permanent = PERMANENT, redrives = REDRIVES, deletions = DELETIONS, runs = RUNS, requests = REQUESTS;

/* of one step; 0 between steps */
byte k, n, seen, behind;
byte shown;                     /* what the reader sees of the job that the event reports */
bit running, present, unsettled, made, any, denied;
byte newest, count, failures, lastEnd;

inline put(first_seen, rejected_at, sent_at, received) {
  d_step {
    n = 0;
    do :: n < MESSAGES && cUsed[n] -> n++ :: else -> break od;
    if
    :: n < MESSAGES -> cUsed[n] = 1; cFirst[n] = first_seen; cRejected[n] = rejected_at; cSent[n] = sent_at; cReceives[n] = received
    :: else -> cut = 1
    fi;
    n = 0
  }
}

inline outcome(job_number, first_seen) {
  d_step {
    n = 0;
    do :: n < MESSAGES && oUsed[n] -> n++ :: else -> break od;
    if
    :: n < MESSAGES -> oUsed[n] = 1; oJob[n] = job_number; oFirst[n] = first_seen
    :: else -> cut = 1
    fi;
    n = 0
  }
}

inline bury(first_seen, rejected_at, history) {
  d_step {
    n = 0;
    do :: n < MESSAGES && dUsed[n] -> n++ :: else -> break od;
    if
    :: n < MESSAGES -> dUsed[n] = 1; dFirst[n] = first_seen; dRejected[n] = rejected_at; dHistory[n] = history; letters++
    :: else -> cut = 1
    fi;
    n = 0
  }
}

#ifdef STRICT
#define UNSEEN(x) 0
#elif defined(BACK)
#define UNSEEN(x) (list[x] == HIDDEN || list[x] == SHOWN)
#else
#define UNSEEN(x) (list[x] == HIDDEN)
#endif

/* A dead-letter message of the product is never about a copy that exists or is on its way, as far
 * as the reader's list or the event, of the job about + 1, tells. Where the history is unknown (history),
 * neither does. */
inline reject(first_seen, history, about) {
  printf("rejected\n");
  d_step { k = 0;
    do
    :: k < jobs -> untrue = untrue || (!history && (!UNSEEN(k) || k + 1 == about) && (stored[k] || state[k] == RUNNING)); k++
    :: else -> break
    od;
    k = 0 }
  assert(!untrue);
  bury(first_seen, ends, history)
}

/* what a reader learns from the job list and the final vault. Failures until rejected_at are
 * forgiven. answered: a job + 1 that AWS answered a start with. told: a job + 1 whose end an event
 * reports. */
inline read(rejected_at, answered, told) {
#ifdef BACK
  k = 0;
  do
  :: k < jobs ->
     if
     :: !steady && (list[k] == SHOWN || list[k] == ENDED) -> behind = behind | (1 << k)
     :: true
     fi;
     k++
  :: else -> break
  od;
  true;
#endif
  d_step {
    k = 0;
    do
    :: k < jobs ->
       seen = (list[k] == FORGOTTEN -> HIDDEN : (behind & (1 << k) -> list[k] - 1 : list[k]));
       if
       :: answered == k + 1 && list[k] == FORGOTTEN -> newest = k + 1   /* not even described: only its end is known */
       :: answered == k + 1 && list[k] != FORGOTTEN -> seen = ENDED
       :: else
       fi;
       if :: told == k + 1 -> shown = seen :: else fi;
       if
       :: seen == SHOWN -> running = 1; any = 1
       :: seen == ENDED && state[k] == COMPLETED ->
          any = 1; made = 1; newest = k + 1; count++;
          if
          :: described[k] == PRESENT -> present = 1
#ifndef NO_SETTLING
          :: described[k] == UNDESCRIBED && !settled[k] -> unsettled = 1
#endif
          :: else
          fi
       :: seen == ENDED && (state[k] == FAILED || state[k] == DENIED) ->
          any = 1; newest = k + 1; count++;
          if
          :: ended[k] > rejected_at ->
             if :: denied || failures >= ATTEMPTS -> failures = 0 :: else fi;
             failures++; denied = (state[k] == DENIED); lastEnd = ended[k]
          :: else
          fi
       :: else
       fi;
       k++
    :: else -> break
    od;
    k = 0; seen = 0; behind = 0
  }
}
inline clear() { shown = 0; running = 0; present = 0; unsettled = 0; made = 0; any = 0; denied = 0; newest = 0; count = 0; failures = 0; lastEnd = 0 }

#define FINAL (failures > 0 && (denied || failures >= ATTEMPTS))
#define COPIED (stored[0] || stored[1] || stored[2] || stored[JOBS - 1])
#define DESCRIBED (described[0] == PRESENT || described[1] == PRESENT || described[2] == PRESENT || described[JOBS - 1] == PRESENT)
#define OLD_POINT (jobs > 0 && list[0] == FORGOTTEN)    /* in the vault for longer than the list reaches */

/* StartCopyJob; answer is the job that AWS answers with */
inline startCopyJob(t) {
  d_step {
    k = jobs;
    do :: k > 0 && !(token[k - 1] == t && remembered[k - 1]) -> k-- :: else -> break od;
    answer = (k > 0 -> k - 1 : jobs);
    k = 0
  }
  if
  :: answer == jobs && jobs == JOBS -> cut = 1
  :: answer == jobs && jobs < JOBS ->
     printf("AWS starts job %d, token %d\n", jobs, t);
     d_step {
       do :: k < jobs -> second = second || state[k] == RUNNING || stored[k]; k++ :: else -> break od;
       k = 0
     }
     assert(!second);
     state[jobs] = RUNNING; token[jobs] = t; remembered[jobs] = 1; sure[0] = 0; sure[1] = 0; asked = 0;
#ifdef LAG
     list[jobs] = (steady -> SHOWN : HIDDEN);
#else
     list[jobs] = SHOWN;
#endif
     jobs++
  :: answer < jobs -> printf("AWS answers with job %d\n", answer)
  fi
}

inline resend() { assert(!sure[me]); put(first, rejected, jobs, 0) }

/* the starter has settled its message */
inline leave() {
  d_step { clear(); sure[me] = 0; first = 0; rejected = 0; sent = 0; receives = 0; answered = 0; use = 0; answer = 0 }
  goto receive
}

/* Decide; at the end the copy is to be started with the token, or the message is settled */
inline decide() {
  read(rejected, answered, 0);
  sure[me] = steady;
  if
  :: running -> leave()                                         /* skip: in flight */
  :: !running && present -> leave()                             /* skip: copied */
  :: !running && !present && unsettled -> printf("starter waits: not described yet\n"); resend(); leave()
  :: !running && !present && !unsettled && !source ->
     if :: made || OLD_POINT -> leave()                         /* skip: expired */
     :: else -> reject(first, 0, 0); leave()                       /* gone */
     fi
  :: !running && !present && !unsettled && source ->
     if
     :: !any && OLD_POINT && rejected == 0 -> reject(first, 1, 0); leave()  /* whether it was copied is unknown */
     :: (any || !OLD_POINT || rejected > 0) && FINAL && first < lastEnd -> leave()  /* skip: reported by others */
     :: (any || !OLD_POINT || rejected > 0) && FINAL && first >= lastEnd -> reject(first, 0, 0); leave()
     :: (any || !OLD_POINT || rejected > 0) && !FINAL ->
        if :: !steady -> resend(); leave()                      /* the pool is full, or a pause, or throttled */
        :: true
        fi
     fi
  fi;
#ifdef COUNT_TOKEN
  use = count;
#else
  use = newest;
#endif
  clear()
}

proctype Starter(bit me) provided (!cut) {
  byte first, rejected, sent, receives, answered, use, answer;
receive:
  atomic {
    if :: cUsed[0] -> k = 0 :: cUsed[1] -> k = 1 :: MESSAGES > 2 && cUsed[MESSAGES - 1] -> k = MESSAGES - 1 fi;
    first = cFirst[k]; rejected = cRejected[k]; sent = cSent[k]; receives = cReceives[k] + 1;
    cUsed[k] = 0; cFirst[k] = 0; cRejected[k] = 0; cSent[k] = 0; cReceives[k] = 0; k = 0;
    if
    :: receives > RECEIVES -> printf("SQS moves a message to the dead-letter queue\n"); bury(UNKNOWN, 0, 0); leave()
    :: else
    fi;
    if :: crashes > 0 -> crashes--; put(first, rejected, sent, receives); leave() :: true fi;
    decide();
    busy++
  }
start:
  atomic {
    startCopyJob(use);
    busy--;
    if :: crashes > 0 -> crashes--; printf("starter crashes after its start\n"); put(first, rejected, sent, receives); leave() :: true fi;
#ifndef NO_STALE
    if
    :: answer < sent                                              /* older than the message */
#ifdef SKEW
    :: answer + 1 == sent -> if :: receives == 1 -> leave() :: else fi
#endif
    :: answer >= sent -> if :: receives == 1 -> leave() :: else fi
    fi;
#ifdef COUNT_TOKEN
    if :: answer < sent || list[answer] == ENDED -> resend() :: else fi
#else
    if
    :: state[answer] == RUNNING || (!steady && answered != answer + 1) ->      /* as described, which may lag */
       if :: answer < sent -> resend() :: else fi
    :: state[answer] > RUNNING ->
       answered = answer + 1; answer = 0;
#ifdef BLIND_RETRY
       use = answered;
#else
       decide();
#endif
       busy++;
       goto start
    fi
#endif
#endif
    leave()
  }
}

/* Its decision and what it sends are one step: what it sends is looked at again by copystarter. */
proctype Tracker() provided (!cut) {
  byte job, first;
receive:
  atomic {
    if :: oUsed[0] -> k = 0 :: oUsed[1] -> k = 1 :: MESSAGES > 2 && oUsed[MESSAGES - 1] -> k = MESSAGES - 1 fi;
    job = oJob[k]; first = oFirst[k]; oUsed[k] = 0; oJob[k] = 0; oFirst[k] = 0; k = 0;
    if
    :: crashes > 0 -> crashes--; outcome(job, first); job = 0; first = 0; goto receive
    :: true
    fi;
    read(0, 0, job);
    if
    :: running ->
       if
       :: job > 0 && shown < ENDED -> assert(!steady); outcome(job, first)    /* its end is not listed */
       :: true                                                    /* skip: in flight */
       fi
    :: !running && present                                        /* verified */
#ifndef NO_EVENT_WAIT
    :: !running && !present && job > 0 && shown == HIDDEN && list[job - 1] != FORGOTTEN ->
       if
       :: described[job - 1] == PRESENT                           /* verified, by the event's word */
       :: else -> assert(!steady); outcome(job, first)
       fi
    :: !running && !present && !(job > 0 && shown == HIDDEN && list[job - 1] != FORGOTTEN) ->
#else
    :: !running && !present ->
#endif
       if
       :: job > 0 && list[job - 1] == FORGOTTEN && described[job - 1] == PRESENT
       :: !(job > 0 && list[job - 1] == FORGOTTEN && described[job - 1] == PRESENT) ->
          if
          :: unsettled -> assert(!steady); outcome(job, first)
          :: !unsettled && made -> printf("tracker: vanished\n"); put(first, 0, jobs, 0)
          :: !unsettled && !made && !any ->
             if
             :: jobs == 0 || list[jobs - 1] == FORGOTTEN -> put(first, 0, jobs, 0)
             :: else -> assert(!steady); outcome(job, first)
             fi
          :: !unsettled && !made && any && FINAL -> reject(first, 0, job)
          :: !unsettled && !made && any && !FINAL -> put(first, 0, jobs, 0)   /* retry */
          fi
       fi
    fi;
    d_step { clear(); job = 0; first = 0 }
  }
  goto receive
}

/* job x ends, and its event is sent */
inline end(x) {
  if
  :: source -> state[x] = COMPLETED; stored[x] = 1;
#ifdef CROSS_REGION
     if :: steady -> described[x] = PRESENT; settled[x] = 1 :: else fi
#else
     described[x] = PRESENT; settled[x] = 1
#endif
  :: transient > 0 -> transient--; state[x] = FAILED
  :: permanent > 0 -> permanent--; state[x] = DENIED
  :: !source -> state[x] = FAILED
  fi;
  printf("job %d ends in state %d\n", x, state[x]);
  ends++; ended[x] = ends; sure[0] = 0; sure[1] = 0;
#ifdef LAG
  if :: steady -> list[x] = ENDED :: else fi;
#else
  list[x] = ENDED;
#endif
  if
  :: outcome(x + 1, ends)
#ifdef LOSE
  :: printf("its event is lost\n")
#endif
#ifdef DOUBLE
  :: outcome(x + 1, ends); outcome(x + 1, ends)
#endif
  fi
}

#define QUIET (!cUsed[0] && !cUsed[1] && !cUsed[MESSAGES - 1] && !oUsed[0] && !oUsed[1] && !oUsed[MESSAGES - 1] && letters == 0 && busy == 0)

proctype AWS() provided (!cut) {
  byte x;
  do
  :: atomic { jobs > 0 && state[jobs - 1] == RUNNING -> x = jobs - 1; end(x); x = 0 }
#ifdef SOURCE_EXPIRES
  :: atomic { source && !steady -> source = 0; printf("the source expires\n") }
#endif
  :: atomic { !steady -> steady = 1; printf("AWS is steady\n");
       d_step {
         do
         :: x < jobs ->
            if :: list[x] != FORGOTTEN -> list[x] = (state[x] > RUNNING -> ENDED : SHOWN) :: else fi;
            if
            :: state[x] == COMPLETED -> described[x] = (stored[x] -> PRESENT : (described[x] == GONE -> GONE : UNDESCRIBED)); settled[x] = 1
            :: else
            fi;
            x++
         :: else -> break
         od;
         x = 0
       } }
#ifdef LAG
  :: atomic { !steady -> x = 0;
       do :: x < jobs && !((state[x] == RUNNING && list[x] == HIDDEN) || (state[x] > RUNNING && list[x] < ENDED)) -> x++
          :: x < jobs && ((state[x] == RUNNING && list[x] == HIDDEN) || (state[x] > RUNNING && list[x] < ENDED)) ->
             if :: list[x]++; printf("the list shows %d of job %d\n", list[x], x); break :: x++ fi
          :: x >= jobs -> break
       od;
       x = 0 }
#endif
#ifdef CROSS_REGION
  :: atomic { !steady -> x = 0;
       do :: x < jobs && !(state[x] == COMPLETED && !settled[x]) -> x++
          :: x < jobs && state[x] == COMPLETED && !settled[x] ->
             if
             :: stored[x] && described[x] == UNDESCRIBED -> described[x] = PRESENT; printf("the copy of job %d is described\n", x)
             :: stored[x] == (described[x] == PRESENT) -> settled[x] = 1
             :: !stored[x] && described[x] == PRESENT -> described[x] = UNDESCRIBED
             fi;
             break
          :: x >= jobs -> break
       od;
       x = 0 }
  :: atomic { !steady && jobs > 0 && !stored[0] && settled[0] && described[0] == PRESENT -> described[0] = UNDESCRIBED }
#endif
#ifdef FORGET_JOBS
  :: atomic { !steady && QUIET && jobs > 0 && list[0] == ENDED && (state[0] != COMPLETED || settled[0]) -> list[0] = FORGOTTEN; printf("the list forgets job 0\n") }
  :: atomic { !steady && QUIET && jobs > 1 && list[0] == FORGOTTEN && list[1] == ENDED && (state[1] != COMPLETED || settled[1]) -> list[1] = FORGOTTEN; printf("the list forgets job 1\n") }
#endif
#ifdef FORGET_TOKENS
  :: atomic { busy == 0 && remembered[0] && list[0] >= ENDED -> remembered[0] = 0; printf("AWS forgets the token of job 0\n") }
  :: atomic { busy == 0 && remembered[1] && list[1] >= ENDED -> remembered[1] = 0; printf("AWS forgets the token of job 1\n") }
#endif
  od
}

proctype Operator() provided (!cut) {
  byte x;
  do
  :: atomic { redrives > 0 && letters > 0 ->
       if :: dUsed[0] -> x = 0 :: dUsed[1] -> x = 1 :: MESSAGES > 2 && dUsed[MESSAGES - 1] -> x = MESSAGES - 1 fi;
       redrives--;
       if :: dFirst[x] == UNKNOWN -> dFirst[x] = ends :: else fi;
       if       /* where the history is unknown the operator looks for the copy first */
       :: dHistory[x] && COPIED
       :: else -> printf("operator redrives\n"); asked = asked | dHistory[x]; put(dFirst[x], dRejected[x], jobs, 0)
       fi;
       letters--; dUsed[x] = 0; dFirst[x] = 0; dRejected[x] = 0; dHistory[x] = 0; x = 0 }
  :: atomic { redrives > 0 -> redrives = 0 }
  :: atomic { deletions > 0 && jobs > 0 ->
       do :: x < jobs && !(stored[x] && described[x] == PRESENT) -> x++ :: else -> break od;
       if
       :: x < jobs -> deletions--; stored[x] = 0; printf("operator deletes the copy of job %d\n", x); sure[0] = 0; sure[1] = 0;
          if :: described[x] = GONE :: described[x] = UNDESCRIBED
#ifdef CROSS_REGION
          :: !steady -> skip    /* the other Region still describes it */
#endif
          fi
       :: else
       fi;
       x = 0 }
  :: atomic { deletions > 0 -> deletions = 0 }
  :: atomic { requests > 0 -> requests--; printf("an event is replayed from the archive\n"); put(ends, 0, jobs, 0) }
  :: atomic { requests > 0 -> requests = 0 }
  od
}

/* a run of the reconciler; a full one compares with the final vault itself */
inline compare(whole) {
  read(0, 0, 0);
  if
  :: !source || running || present
  :: source && !running && !present && whole && DESCRIBED
  :: source && !running && !present && made && !(whole && DESCRIBED) ->
     if :: whole && letters == 0 -> outcome(0, ends); due = 1 :: else fi
  :: source && !running && !present && !made && !(whole && DESCRIBED) ->
     if :: letters == 0 && (any || !OLD_POINT) -> put(ends, 0, jobs, 0); due = 1 :: else fi
  fi;
  clear()
}

proctype Reconciler() provided (!cut) {
  byte rounds; bit due;
  do
  :: atomic { runs > 0 -> runs--; if :: printf("recent run\n"); compare(0) :: printf("full run\n"); compare(1) fi; due = 0 }
  :: atomic { runs > 0 -> runs = 0 }
  :: atomic { timeout ->        /* nothing moves any more */
#ifndef NO_RUNS
       compare(1);
#endif
       if
       :: due -> due = 0; rounds++; assert(rounds < ROUNDS)
       :: else -> break
       fi }
  od;
#ifdef REACHED
  assert(!COPIED)
#else
  assert(COPIED
    || letters > 0                                    /* a person knows */
    || (!source && (made || deletions < DELETIONS))   /* it has had its time */
    || (OLD_POINT && list[jobs - 1] == FORGOTTEN && !asked))    /* reported as unknown */
#endif
}

init {
  atomic {
    put(0, 0, 0, 0);
#ifdef DOUBLE
    if :: put(0, 0, 0, 0) :: true fi;
#endif
    run Starter(0); run Starter(1); run Tracker(); run AWS(); run Operator(); run Reconciler()
  }
}
