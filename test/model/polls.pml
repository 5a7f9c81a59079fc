/*
 * A poll never ends both yes and no, whoever leads, dies or begins anew.
 *
 * Three seats, a quorum of two, and the logs of all members, with the entries of one poll: opened by the
 * first leader, and closed by any that finds it open in its log, with yes or with no as it likes. What its
 * count says is another matter (votes.pml), and two leaders may have had different votes in time. There are
 * elections within a formation, and new formations: one cuts its log at what its founder knows to be
 * decided, and a poll that is open there has the outcome `unknown`, so nobody closes it any more.
 *
 * There is no time here: anybody asks for votes, and is willing to form, at any moment, and a process grants
 * as soon as it is born. So nothing of this rests on leases or clocks. The network loses, repeats and
 * reorders: a beat with the first entries of any leader's log, dead or alive, arrives at any moment. An
 * outcome counts as told as soon as a quorum holds its entry and the leader may hear of it.
 *
 * BALLOTS are used at most, CRASHES happen at most, a log has at most LENGTH entries. ONE_FORMATION leaves
 * new formations out, and with them who knows what is decided; so it reaches more ballots.
 *
 * A candidate that is not elected changes nothing but promises, so an election is one step with its first
 * vote. Left out: changes of members (the simulator has them), snapshots, observers, and of the requester
 * all but this: it asks each leader of the formation again whose log does not have the poll.
 *
 *     spin -a -DBALLOTS=3 -DCRASHES=0 polls.pml && cc -O1 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000
 *
 * Faults, by `spin -a -DNAME`: each must be found. WITNESS fails where a poll ends in a later ballot.
 *     OLD_POLL_DECIDED    a poll that was open at a new formation is closed in it
 *     UNDECIDED_KEPT      a new formation keeps what its founder does not know to be decided
 *     REQUESTED_AGAIN     a poll is opened again in another formation
 *     ANY_LOG_ELECTED     who votes does not compare the logs
 *     DOUBLE_VOTE         who voted votes for another in the same ballot
 *     OLD_BALLOT_COUNTED  entries of former ballots are decided by counting (in ONE_FORMATION with 4 BALLOTS)
 */
#define SEATS 3
#define ALL 7
#ifndef BALLOTS
#define BALLOTS 3
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef LENGTH
#define LENGTH 5
#endif

#define GENESIS 1
#define BEGIN 2
#define OPEN 3
#define YES 4
#define NO 5
#define entry(x, kind) ((x) * 8 + kind)
#define ballotOf(e) ((e) / 8)
#define kindOf(e) ((e) % 8)

typedef Log {
  byte n;           /* entries */
  byte e[LENGTH];   /* 0 after the last */
  byte decided;     /* how many of them */
}
typedef Member {
  Log log;
  bool leads;
  byte promised;
  byte formation;   /* of its last entry */
}
Member m[SEATS];

typedef Ballot {
  byte formation;   /* 0: unused; its own number: a new one */
  Log log;          /* as its leader has it, or had it last: its beats are under way for ever */
  byte held;        /* so many entries of it a quorum holds, which its leader may know already, or soon */
  byte members;     /* of a formation that began in it: the processes that live */
}
Ballot b[BALLOTS + 1];

byte requested;     /* the formation in which the poll was requested */
byte outcome;       /* of the poll, once a quorum holds it */
byte crashes;

#define isMember(i, x) (b[x].members & (1 << i))
/* A later ballot is above a longer log. */
#define positionOf(i, n) (n -> ballotOf(m[i].log.e[n - 1]) * 8 + n : 0)
#define lastOf(i) positionOf(i, m[i].log.n)
#define decidedOf(i) positionOf(i, m[i].log.decided)

/* No two formations have a ballot in common; within one, two may ask in the same. */
#define isOwn(i, x) (b[x].formation == 0 || x != m[i].formation && b[x].formation == m[i].formation)
#define leadsIn(i, x) (m[i].leads && m[i].promised == x)
#define isLed(x) (leadsIn(0, x) || leadsIn(1, x) || leadsIn(2, x))

/* Of no use but to one who forms. */
#ifdef ONE_FORMATION
#define FORMING 0
#define knowsDecided false
#else
#define FORMING 1
#define knowsDecided true
#endif
#ifdef DOUBLE_VOTE
#define mayPromise(i, x) (x >= m[i].promised)
#else
#define mayPromise(i, x) (x > m[i].promised)
#endif
#ifdef OLD_BALLOT_COUNTED
#define counts(x, n) true
#else
#define counts(x, n) (ballotOf(b[x].log.e[n - 1]) == x)
#endif
#ifdef ANY_LOG_ELECTED
#define isRecent(i, v) true
#define isDecided(i, v) true
#else
#define isRecent(i, v) (lastOf(i) >= lastOf(v))
#define isDecided(i, v) (decidedOf(i) >= decidedOf(v))
#endif
#ifdef REQUESTED_AGAIN
#define mayOpen(i) true
#else
#define mayOpen(i) (requested == 0 || requested == m[i].formation)
#endif

inline cutAfter(i, keep) {
  k = keep;
  do :: k < LENGTH -> m[i].log.e[k] = 0; k++ :: else -> break od;
  k = 0;
  if :: m[i].log.n > keep -> m[i].log.n = keep :: else fi;
  if :: m[i].log.decided > keep -> m[i].log.decided = keep :: else fi
}

/* The log of a leader is that of its ballot. */
inline publish(i, x) {
  b[x].log.n = m[i].log.n; b[x].log.decided = m[i].log.decided;
  for (k : 0 .. LENGTH - 1) { b[x].log.e[k] = m[i].log.e[k] }
  k = 0
}

inline append(i, kind) {
  m[i].log.e[m[i].log.n] = entry(m[i].promised, kind); m[i].log.n++;
  publish(i, m[i].promised)
}

/* `state` of the poll in a log: 0, OPEN, how it was closed, or GENESIS: its outcome is unknown. */
inline look(i) {
  state = 0; m[i].formation = 0; n = 0;
  do
  :: n < m[i].log.n ->
    if
    :: kindOf(m[i].log.e[n]) == OPEN -> state = OPEN
    :: kindOf(m[i].log.e[n]) >= YES -> state = kindOf(m[i].log.e[n])
    :: kindOf(m[i].log.e[n]) == GENESIS ->
      m[i].formation = ballotOf(m[i].log.e[n]);
#ifndef OLD_POLL_DECIDED
      if :: state == OPEN -> state = GENESIS :: else fi
#endif
    :: else
    fi;
    n++
  :: else -> break
  od;
  n = 0
}

/* `i` is elected in ballot x by `v`: in its formation, or for a new one, of all: one may well be silent. */
inline elect(i, v, x, forms) {
  m[v].leads = false; m[v].promised = x; m[i].promised = x; m[i].leads = true;
  assert(b[x].log.n == 0);
  if
  :: forms ->
#ifndef UNDECIDED_KEPT
    cutAfter(i, m[i].log.decided);
#endif
    b[x].formation = x; b[x].members = ALL; m[i].formation = x;
    append(i, GENESIS)
  :: else -> b[x].formation = m[i].formation; append(i, BEGIN)
  fi
}

/* A beat of ballot x with the first entries of its log, so many of which are known to be decided. */
inline follow(i, x, entries, known) {
  m[i].leads = false; m[i].promised = x;
  n = 0;
  do
  :: n < entries ->
    if
    :: m[i].log.e[n] != b[x].log.e[n] -> cutAfter(i, n); m[i].log.e[n] = b[x].log.e[n]; m[i].log.n = n + 1
    :: else
    fi;
    n++
  :: else -> break
  od;
  n = 0;
  if :: known > m[i].log.decided -> m[i].log.decided = known :: else fi;
  look(i)
}

/* A quorum holds what the leader and one more hold, if it counts. */
inline hold(i, x, entries) {
  if
  :: isLed(x) && isMember(i, b[x].formation) && entries > b[x].held && counts(x, entries) ->
    b[x].held = entries;
    for (k : 0 .. LENGTH - 1) {
      if
      :: k < entries && kindOf(b[x].log.e[k]) >= YES ->
#ifdef WITNESS
        assert(x < BALLOTS);
#endif
        assert(outcome == 0 || outcome == kindOf(b[x].log.e[k]));
        outcome = kindOf(b[x].log.e[k])
      :: else
      fi
    }
    k = 0
  :: else
  fi
}

inline restart(i) {
  crashes++;
  cutAfter(i, 0); m[i].leads = false; m[i].promised = 0; m[i].formation = 0;
  for (k : 1 .. BALLOTS) { b[k].members = b[k].members & ~(1 << i) }
  k = 0
}

/* What makes no difference any more: nobody can take a beat of it. */
inline forget(x) {
  if :: !isLed(x) -> b[x].held = 0 :: else fi;
  if
  :: crashes == CRASHES && m[0].promised > x && m[1].promised > x && m[2].promised > x ->
    for (k : 0 .. LENGTH - 1) { b[x].log.e[k] = 0 }
    b[x].log.n = 1; b[x].log.decided = 0; b[x].held = 0; k = 0
  :: else
  fi
}

inline tidy() {
  for (x : 1 .. BALLOTS) { if :: b[x].log.n -> forget(x) :: else fi }
  i = 0; v = 0; k = 0; n = 0; x = 0; y = 0; state = 0
}

init {
  byte i, v, k, n, x, y, state;
  d_step { elect(0, 1, 1, true); requested = 1; append(0, OPEN); tidy() }
end:
  do
  :: atomic { crashes < CRASHES -> select (i : 0 .. SEATS - 1); d_step { restart(i); tidy() } }
  :: atomic { /* an election */
      select (i : 0 .. SEATS - 1); select (v : 0 .. SEATS - 1);
      if
      :: i != v && m[i].promised < BALLOTS && m[i].log.n < LENGTH ->
        select (x : m[i].promised + 1 .. BALLOTS);
        select (y : 0 .. FORMING)
      :: else
      fi;
      d_step {
        if
        :: x && mayPromise(v, x) ->
          if
          :: y == 0 && isMember(i, m[i].formation) && isMember(v, m[i].formation) &&
             isOwn(i, x) && isRecent(i, v) ->
            elect(i, v, x, false)
          :: y == 1 && b[x].formation == 0 && isDecided(i, v) ->
            elect(i, v, x, true)
          :: else
          fi
        :: else
        fi;
        tidy()
      }
    }
  :: atomic { /* a beat arrives */
      select (x : 1 .. BALLOTS);
      if
      :: b[x].log.e[0] -> select (i : 0 .. SEATS - 1)
      :: else -> i = SEATS
      fi;
      if
      :: i < SEATS && x >= m[i].promised && !(m[i].leads && m[i].promised == x) ->
        select (v : 1 .. b[x].log.n);
        if
        :: true
        :: b[x].log.decided > m[i].log.decided -> y = (b[x].log.decided < v -> b[x].log.decided : v)
        fi;
        d_step { follow(i, x, v, y); hold(i, x, v); tidy() }
      :: else -> d_step { tidy() }
      fi
    }
  :: atomic { /* a leader learns what is decided */
      select (i : 0 .. SEATS - 1);
      d_step {
        if
        :: knowsDecided && m[i].leads && b[m[i].promised].held > m[i].log.decided ->
          m[i].log.decided = b[m[i].promised].held; publish(i, m[i].promised)
        :: else
        fi;
        tidy()
      }
    }
  :: atomic { /* a leader opens or closes the poll */
      select (i : 0 .. SEATS - 1); select (x : OPEN .. NO);
      d_step {
        if
        :: m[i].leads && m[i].log.n < LENGTH ->
          look(i);
          if
          :: x == OPEN && state == 0 && mayOpen(i) ->
            requested = m[i].formation; append(i, OPEN)
          :: x != OPEN && state == OPEN -> append(i, x)
          :: else
          fi
        :: else
        fi;
        tidy()
      }
    }
  od
}
