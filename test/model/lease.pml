/*
 * Never do two act at one time. It rests on words and leases, and on nothing else.
 *
 * Three seats, a quorum of two. A seat holds at most one process at a time, which dies and is born again as
 * often as it likes; the new one knows nothing of the words of the old one. Log, members and ballots play no
 * part, so they are left out, and anybody who may grant itself may ask to be granted at any moment. A
 * request for a vote and a beat are one thing here, a request, and so are their answers: grants.
 *
 * Time is a clock that ticks at any moment. All that is held of it is how old or how far off something is,
 * up to where it makes no difference any more. So a run lasts for ever and its states are finite: nothing is
 * bounded, neither time nor elections, crashes, pauses or messages. LEASE is how long a lease lasts by the
 * slowest clock, WORD how long a word lasts by the fastest: that they are equal is the worst that
 * `groups/timing.ts` allows.
 *
 * The network loses, repeats and reorders: whatever was sent arrives at any later moment, or never. A
 * machine may be suspended: its clock stands still, messages wait, and when it wakes it sees that.
 *
 * Left out, because without it more can happen: promises and ballots (nobody who grants asks for one),
 * inquiries, random times, and when a leader without a quorum steps down (here at any moment, or never).
 * Grants to one who died or left its ballot are dropped, for they would only bind. A death or a release is
 * known to all at once. Left out, because it is nothing of words: suspensions too short to be seen, and how
 * the lease is handed from thread to thread.
 *
 *     spin -a lease.pml && cc -O1 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000
 *
 * Faults, by `spin -a -DNAME`: each must be found. WITNESS fails where one acts after another did.
 *     NO_BIRTH_WORD      a new process grants at once
 *     SHORT_WORD         a word lasts less than a lease
 *     NO_WORD            who granted grants others as well
 *     LEASE_FROM_ANSWER  the lease counts from when the grant arrives, not from when the beat was sent
 *     KEEPS_ACTING       who grants another, or releases its ballot, does not void its own lease
 *     FALSE_DEATH        a death certificate for one that lives
 *     SLEEP_VOIDS_LEASE  who was suspended voids its lease, but stays in the ballot
 *     FOUR_SEATS         more may grant than two quorums less one
 */
#ifdef FOUR_SEATS
#define SEATS 4
#else
#define SEATS 3
#endif
#define LEASE 2
#ifdef SHORT_WORD
#define WORD 1
#else
#define WORD 2
#endif
#define UNKNOWN 7 /* to whom a predecessor in the seat, or nobody */

typedef Member {
  bool up;         /* a process holds the seat */
  bool asleep;     /* its machine is suspended */
  bool asks;       /* leads, or is a candidate: has requests under way */
  byte asked;      /* age of its first request of this ballot, up to LEASE; its times are by its own clock */
  byte granted;    /* age of the newest request that is known to be granted; LEASE: none that counts */
  byte grants;     /* on their way to it: bit n is a grant of a request of age n; older ones are of no use */
  byte wordTo;     /* to whom its word is given */
  byte wordLasts;  /* ticks until it is over */
}
Member m[SEATS];
#ifdef WITNESS
byte first = UNKNOWN;
#endif

#define acts(i) (m[i].up && !m[i].asleep && m[i].asks && m[i].granted < LEASE)
#ifdef NO_WORD
#define mayGrant(i, to) true
#else
#define mayGrant(i, to) (m[i].wordLasts == 0 || m[i].wordTo == to)
#endif

inline neverTwo() {
  assert(acts(0) + acts(1) + acts(2) <= 1)
#ifdef FOUR_SEATS
  assert(acts(0) + acts(1) + acts(2) + acts(3) <= 1)
#endif
}

/* Ballot, lease and what is under way are over. */
inline leave(i) {
  m[i].asks = false; m[i].asked = 0; m[i].granted = LEASE; m[i].grants = 0
}

inline give(i, to, lasts) {
  m[i].wordTo = to; m[i].wordLasts = lasts;
  if :: lasts == 0 -> m[i].wordTo = UNKNOWN :: else fi
}

/* No word binds to one who is dead, or has released its ballot. */
inline free(to) {
  for (k : 0 .. SEATS - 1) {
    if :: m[k].wordTo == to -> give(k, UNKNOWN, 0) :: else fi
  }
  k = 0
}

inline ask(i) {
  leave(i); m[i].asks = true
}

/* `to` sent a request `age` ticks of its clock ago, which `i` grants now. */
inline grant(i, to, age) {
#ifndef KEEPS_ACTING
  leave(i);
#endif
  give(i, to, WORD);
  m[to].grants = m[to].grants | (1 << age)
}

inline receive(i, age) {
#ifdef LEASE_FROM_ANSWER
  m[i].granted = 0;
#else
  if :: age < m[i].granted -> m[i].granted = age :: else fi;
#endif
#ifdef WITNESS
  assert(first == UNKNOWN || first == i || !acts(i));
  if :: acts(i) -> first = i :: else fi;
#endif
  neverTwo()
}

inline release(i) {
#ifndef KEEPS_ACTING
  leave(i);
#endif
  free(i)
}

inline wake(i) {
  m[i].asleep = false;
#ifdef SLEEP_VOIDS_LEASE
  m[i].granted = LEASE
#else
  leave(i)
#endif
}

inline die(i) {
  leave(i); give(i, UNKNOWN, 0); m[i].asleep = false; m[i].up = false; free(i)
}

inline beBorn(i) {
  m[i].up = true;
#ifndef NO_BIRTH_WORD
  give(i, UNKNOWN, WORD)
#endif
}

inline tick(i) {
  if
  :: m[i].up && !m[i].asleep ->
    if :: m[i].wordLasts > 0 -> give(i, m[i].wordTo, m[i].wordLasts - 1) :: else fi;
    if :: m[i].asks && m[i].asked < LEASE -> m[i].asked++ :: else fi;
    if :: m[i].granted < LEASE -> m[i].granted++ :: else fi;
    m[i].grants = (m[i].grants << 1) & ((1 << LEASE) - 1)
  :: else
  fi
}

#define awake(i) (m[i].up && !m[i].asleep)

init {
  byte i, k, to, age;
  d_step {
    for (i : 0 .. SEATS - 1) { leave(i); beBorn(i) }
    i = 0
  }
end:
  do
  :: d_step { for (i : 0 .. SEATS - 1) { tick(i) } i = 0 }
  :: atomic {
      select (i : 0 .. SEATS - 1);
      if
      :: d_step { !m[i].up -> beBorn(i); i = 0 }
      :: d_step { m[i].up -> die(i); i = 0 }
      :: d_step { awake(i) -> m[i].asleep = true; i = 0 }
      :: d_step { m[i].asleep -> wake(i); i = 0 }
      :: d_step { awake(i) && !m[i].asks && mayGrant(i, i) -> ask(i); i = 0 }
      :: d_step { awake(i) && m[i].asks -> leave(i); i = 0 }
      :: d_step { awake(i) && m[i].asks -> release(i); i = 0 }
#ifdef FALSE_DEATH
      :: d_step { m[i].up -> free(i); i = 0 }
#endif
      fi
    }
  :: atomic {
      select (i : 0 .. SEATS - 1); select (to : 0 .. SEATS - 1); select (age : 0 .. LEASE - 1);
      if
      :: d_step {
          awake(i) && i != to && m[to].asks && age <= m[to].asked && mayGrant(i, to) -> grant(i, to, age)
        }
      :: else
      fi;
      d_step { i = 0; to = 0; age = 0 }
    }
  :: atomic {
      select (i : 0 .. SEATS - 1); select (age : 0 .. LEASE - 1);
      if
      :: d_step { awake(i) && m[i].asks && (m[i].grants & (1 << age)) -> receive(i, age) }
      :: else
      fi;
      d_step { i = 0; age = 0 }
    }
  od
}
