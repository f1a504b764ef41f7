/* The quota of concurrent copies: two environments of copystarter that start copies side by side.
 *
 * SIZE is the quota, HEADROOM the slots that are never used. An environment handles one batch after
 * another: it lists the jobs in flight, may start half of the slots that seem free (one at least),
 * and starts the copies one by one, at any speed. Before a start it lists again if its list is
 * older than FRESH. It remembers its own starts: while younger than RECENT, or not listed and
 * younger than UNLISTED, they count against its own half, since the other environment may have
 * started as many without its knowing. A new environment may follow one that has started copies
 * of which it knows nothing: it starts one at a time, and leaves the last slot, for RECENT ticks.
 *
 * Time is in ticks; any number of batches fits into one. Weaknesses, each switched on with -D:
 *   LAG=n          a job is listed at any time until n ticks after its start (default 0: at once)
 *   IN_ORDER       lists show jobs in the order of their starts; without it each environment's have a lag of their own
 *   REPLACED=n     Lambda replaces an environment n times; its successor remembers nothing
 * Fixes that can be taken away:
 *   NO_RELIST      one list for the whole batch, however long it takes
 *   NO_OWN         own starts count as listed, and only then
 *   NO_CARE        a new environment starts as many copies as any
 *   NO_RECENT      own starts count twice only while they are not listed
 * Properties: at most OVER slots more than SIZE - HEADROOM are used (default 1); with REACHED, the
 * checker has to find that all of them are used at some time.
 */
#ifndef SIZE
#define SIZE 5
#endif
#ifndef HEADROOM
#define HEADROOM 1
#endif
#ifndef OVER
#define OVER 1
#endif
#ifndef FRESH
#define FRESH 1
#endif
#ifndef LAG
#define LAG 0
#endif
#ifndef RECENT
#define RECENT (FRESH + 2 * LAG + 1)    /* a list may be used for FRESH + 1 ticks at the most */
#endif
#ifndef UNLISTED
#define UNLISTED RECENT
#endif
#ifndef REPLACED
#define REPLACED 0
#endif

#define USABLE (SIZE - HEADROOM)
#define AGES (UNLISTED + 1)     /* a job that is UNLISTED ticks old has no owner any more */
#define NOBODY 2                /* owner of what its environment has forgotten */
#define CELLS (3 * AGES)
#define AT(owner, age) ((owner) * AGES + (age))

byte old;                       /* listed jobs that no environment remembers */
byte listed[CELLS];             /* remembered jobs, by owner and age: listed */
byte unlisted[CELLS];           /* not listed yet */
byte waiting[3];                /* the same, by owner alone */
byte left[2], age[2];           /* of an environment: starts that its list leaves it; the age of its list */
bit batch[2];                   /* it handles a batch */
byte young[2];                  /* ticks for which it is careful, since it is new */
byte replaced = REPLACED;
byte i, others, own, inFlight;  /* of one step; 0 between steps */

/* the environment e lists the jobs in flight */
inline list(e) {
  d_step {
    others = old; own = 0; i = 0;
    do
    :: i < CELLS ->
       others = others + listed[i];
#ifndef NO_OWN
       if
       :: i / AGES == e ->
          own = own + unlisted[i];
#ifndef NO_RECENT
          if
          :: i % AGES < RECENT -> own = own + listed[i]; others = others - listed[i]
          :: else
          fi
#endif
       :: else
       fi;
#endif
       i++
    :: else -> break
    od;
    left[e] = (others >= USABLE -> 0 : ((USABLE - others) / 2 > 0 -> (USABLE - others) / 2 : 1));
    if
    :: young[e] > 0 -> left[e] = (others + 1 < USABLE -> 1 : 0)
    :: else
    fi;
    left[e] = (left[e] > own -> left[e] - own : 0);
    age[e] = 0;
    printf("environment %d lists: %d jobs of others, %d own ones, may start %d\n", e, others, own, left[e]);
    i = 0; others = 0; own = 0
  }
}

inline count() {
  d_step {
    i = 0; inFlight = old;
    do :: i < CELLS -> inFlight = inFlight + listed[i] + unlisted[i]; i++ :: else -> break od;
    i = 0
  }
}

proctype Environment(byte e) {
  do
  :: atomic { !batch[e] -> batch[e] = 1; list(e) }
#ifndef NO_RELIST
  :: atomic { left[e] > 0 && age[e] > FRESH -> list(e) }
  :: atomic { left[e] > 0 && age[e] <= FRESH ->
#else
  :: atomic { left[e] > 0 ->
#endif
       left[e]--;
       if :: LAG == 0 -> listed[AT(e, 0)]++ :: else -> unlisted[AT(e, 0)]++; waiting[e]++ fi;
       count();
       printf("environment %d starts: %d in flight\n", e, inFlight);
#ifdef REACHED
       assert(inFlight < USABLE);
#else
       assert(inFlight <= USABLE + OVER);
#endif
       inFlight = 0 }
  :: atomic { batch[e] -> batch[e] = 0; left[e] = 0; age[e] = 0 }
  :: atomic { replaced > 0 -> replaced--; batch[e] = 0; left[e] = 0; age[e] = 0;
       printf("environment %d is replaced\n", e);
#ifndef NO_CARE
       young[e] = RECENT;
#endif
       d_step {
         i = 0;
         do
         :: i < AGES ->
            listed[AT(NOBODY, i)] = listed[AT(NOBODY, i)] + listed[AT(e, i)]; listed[AT(e, i)] = 0;
            unlisted[AT(NOBODY, i)] = unlisted[AT(NOBODY, i)] + unlisted[AT(e, i)]; unlisted[AT(e, i)] = 0;
            i++
         :: else -> break
         od;
         waiting[NOBODY] = waiting[NOBODY] + waiting[e]; waiting[e] = 0; i = 0
       } }
  od
}

#define DUE(age) (unlisted[AT(0, age)] > 0 || unlisted[AT(1, age)] > 0 || unlisted[AT(NOBODY, age)] > 0)

/* the list shows what environment n started k ticks ago */
inline reveal() {
  waiting[n] = waiting[n] - unlisted[AT(n, k)]; listed[AT(n, k)] = listed[AT(n, k)] + unlisted[AT(n, k)]; unlisted[AT(n, k)] = 0;
  printf("the list shows the starts of environment %d of %d ticks ago\n", n, k)
}

/* the list catches up with the oldest starts of environment n that it does not show */
inline catchUp() {
  d_step {
    k = AGES - 1; do :: unlisted[AT(n, k)] == 0 -> k-- :: else -> break od;
    reveal(); k = 0; n = 0
  }
}

proctype World() {
  byte k, n;
  do
  :: atomic { old > 0 -> old--; printf("a copy ends\n") }
  :: atomic { LAG == 0 || !DUE(LAG) ->          /* a tick; nothing stays hidden for longer than LAG */
       printf("tick\n");
       d_step {
         age[0] = (batch[0] && age[0] <= FRESH -> age[0] + 1 : age[0]);
         age[1] = (batch[1] && age[1] <= FRESH -> age[1] + 1 : age[1]);
         young[0] = (young[0] > 0 -> young[0] - 1 : 0);
         young[1] = (young[1] > 0 -> young[1] - 1 : 0);
         n = 0;
         do
         :: n < 3 ->
            old = old + listed[AT(n, AGES - 1)];
            k = AGES - 1;
            do
            :: k > 0 -> listed[AT(n, k)] = listed[AT(n, k - 1)]; unlisted[AT(n, k)] = unlisted[AT(n, k - 1)]; k--
            :: else -> break
            od;
            listed[AT(n, 0)] = 0; unlisted[AT(n, 0)] = 0;
            n++
         :: else -> break
         od;
         n = 0
       } }
#if LAG > 0
#ifdef IN_ORDER
  :: atomic { waiting[0] + waiting[1] + waiting[NOBODY] > 0 -> d_step {
       k = AGES - 1; do :: !DUE(k) -> k-- :: else -> break od;
       n = 0; do :: n < 3 -> reveal(); n++ :: else -> break od;
       k = 0; n = 0 } }
#else
  :: atomic { waiting[0] > 0 -> n = 0; catchUp() }
  :: atomic { waiting[1] > 0 -> n = 1; catchUp() }
  :: atomic { waiting[NOBODY] > 0 -> n = NOBODY; catchUp() }
#endif
#endif
  od
}

init { atomic { run Environment(0); run Environment(1); run World() } }
