/*
 * Whoever acts later acts with a higher token, and never do two act at one time.
 *
 * Words and leases as in lease.pml, over unlimited time; here with what tokens rest on: promises, ballots,
 * elections within a formation, new formations, and the wall clocks from which these have their epochs.
 * Three seats, a quorum of two, any number of crashes, and of messages lost, repeated and late.
 *
 * A ballot is an epoch and a term. Of an epoch only its place among the others counts: one that is drawn
 * falls into any gap between those that were drawn, but above what its candidate promised, and above all
 * that are a word old. This is what clocks that differ by less than a word can show. EPOCHS are drawn at
 * most, and each has at most TERMS terms.
 *
 * Left out, because without it more can happen: epochs that are merely heard of (who knows more draws
 * higher), the comparison of what is decided, and the time of grace (whoever is not bound by its last grant
 * to a beat may be willing at any moment). Of inquiries there is only this: who is to be in a new formation
 * has answered, so its birth word was over when the epoch was drawn. Of a log there is only where it ends,
 * and a beat brings all of it. A leader without a quorum steps down at any moment, or never; what only binds
 * may be dropped. Left out, and not shown here: changes of members (the simulator has them), suspensions
 * (lease.pml has them), and quorums of three, without which it makes no difference that who granted a beat
 * is unwilling for a while.
 *
 *     spin -a -DEPOCHS=2 -DTERMS=1 tokens.pml && cc -O1 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000
 *
 * Faults, by `spin -a -DNAME`: each must be found. WITNESS fails where a second token acts.
 *     NO_BIRTH_WORD         a new process grants at once
 *     EPOCH_WITHOUT_CLOCK   an epoch is only above what its candidate knows
 *     EPOCH_BEFORE_ANSWERS  the clock is read before those who form have answered
 *     NO_PROMISE            who votes does not promise
 *     DOUBLE_VOTE           who voted votes for another in the same ballot, once its word is over
 */
#define SEATS 3
#define LEASE 2
#define WORD 2
#ifndef EPOCHS
#define EPOCHS 2
#endif
#ifndef TERMS
#define TERMS 1
#endif
#if EPOCHS == 1
#define HIGHEST 2
#elif EPOCHS == 2
#define HIGHEST 4
#else
#define HIGHEST 8
#endif
#define NOBODY 7

mtype = { OUT, CANDIDATE, LEADER };

typedef Member {
  bool up;         /* a process holds the seat */
  mtype role;      /* in the ballot that it promised last */
  bool forms;      /* asks for a new formation */
  byte asked;      /* age of its request for votes, up to LEASE */
  byte askedWith;  /* where its log ended when it asked */
  byte led;        /* age of its first beat, up to LEASE */
  byte granted;    /* age of the newest request that is known to be granted; LEASE: none that counts */
  byte grants;     /* on their way to it: bit n is a grant of a request of age n; older ones are of no use */
  byte wordTo;     /* to whom its word is given, and for how many ticks yet; NOBODY: since its birth */
  byte wordLasts;
  byte boundTo;    /* whose beat it granted last, and for how many ticks yet it is unwilling therefore */
  byte bound;
  byte promised;   /* ballot */
  byte formation;  /* epoch in which that of its log began; 0: its log is empty */
  byte last;       /* ballot of the last entry of its log */
}
Member m[SEATS];

byte drawn;              /* epochs so far */
byte age[HIGHEST];       /* 0: not drawn; else 1 + ticks since, up to WORD */
byte members[HIGHEST];   /* of the formation that began in an epoch: those that live still, as bits */
byte newest;             /* ballot in which somebody acted last */
byte newestBy = NOBODY;  /* who, until it leaves that ballot */

#define ballotOf(epoch, term) ((epoch) * (TERMS + 1) + (term))
#define epochOf(ballot) ((ballot) / (TERMS + 1))
#define hasNextTerm(ballot) ((ballot) % (TERMS + 1) < TERMS)
#define isMember(i, formation) (members[formation] & (1 << i))
#define acts(i) (m[i].role == LEADER && m[i].granted < LEASE)
#define mayGrant(i, to) (m[i].wordLasts == 0 || m[i].wordTo == to)
#define isWilling(i) (m[i].last == 0 || m[i].bound == 0)
#define isRecent(i, v) (m[i].askedWith >= m[v].last)
#define asksFor(i) (m[i].forms -> epochOf(m[i].promised) : m[i].formation)
#define isForming(i, epoch) (m[i].forms && epochOf(m[i].promised) == epoch)
#define isUsed(epoch) (m[0].formation == epoch || m[1].formation == epoch || m[2].formation == epoch || \
  isForming(0, epoch) || isForming(1, epoch) || isForming(2, epoch))
#ifdef EPOCH_BEFORE_ANSWERS
#define hasAnswered(i) m[i].up
#else
#define hasAnswered(i) (m[i].up && (m[i].wordLasts == 0 || m[i].wordTo != NOBODY))
#endif
#define mayBeIn(set, i) (!((set) & (1 << i)) || hasAnswered(i))
#define mayForm(i, set) (((set) & (1 << i)) && (set) != (1 << i) && \
  mayBeIn(set, 0) && mayBeIn(set, 1) && mayBeIn(set, 2))
#ifdef DOUBLE_VOTE
#define mayPromise(i, ballot) (ballot >= m[i].promised)
#else
#define mayPromise(i, ballot) (ballot > m[i].promised)
#endif

inline check(i) {
  assert(acts(0) + acts(1) + acts(2) <= 1);
  if
  :: acts(i) ->
#ifdef WITNESS
    assert(newest == 0 || newest == m[i].promised);
#endif
    assert(m[i].promised > newest || m[i].promised == newest && newestBy == i);
    newest = m[i].promised; newestBy = i
  :: else
  fi
}

/* Ballot, lease and what is under way are over. */
inline leave(i) {
  m[i].role = OUT; m[i].forms = false; m[i].asked = 0; m[i].askedWith = 0; m[i].led = 0;
  m[i].granted = LEASE; m[i].grants = 0;
  if :: newestBy == i -> newestBy = NOBODY :: else fi
}

inline give(i, to, lasts) {
  m[i].wordTo = (lasts -> to : NOBODY); m[i].wordLasts = lasts
}

inline bind(i, to, lasts) {
  m[i].boundTo = (lasts -> to : NOBODY); m[i].bound = lasts
}

/* Nothing binds to one who is dead, or has released its ballot. */
inline free(to) {
  for (k : 0 .. SEATS - 1) {
    if :: m[k].wordTo == to -> give(k, NOBODY, 0) :: else fi;
    if :: m[k].boundTo == to -> bind(k, NOBODY, 0) :: else fi
  }
}

/* Forms with the seats of `set`; with none, it asks for an election in its formation. */
inline ask(i, ballot, set) {
  leave(i);
  m[i].role = CANDIDATE; m[i].promised = ballot; m[i].askedWith = m[i].last;
  if :: set -> m[i].forms = true; members[epochOf(ballot)] = set :: else fi
}

/* A wall clock is read: `e` is in the middle of the gap above the epoch `below`. */
inline draw(below) {
  e = below + 1;
  do :: e < HIGHEST && age[e] == 0 -> e++ :: else -> break od;
  e = (below + e) / 2;
  ok = true;
#ifndef EPOCH_WITHOUT_CLOCK
  for (k : 1 .. HIGHEST - 1) { if :: age[k] > WORD && k > e -> ok = false :: else fi }
#endif
}

inline vote(i, to) {
  leave(i); give(i, to, WORD);
#ifndef NO_PROMISE
  m[i].promised = m[to].promised;
#endif
  m[to].grants = m[to].grants | (1 << m[to].asked)
}

/* A beat that was sent n ticks ago; its answer is a grant of one who is a member, and gives its word. */
inline follow(i, to, n) {
  leave(i); m[i].promised = m[to].promised; m[i].formation = m[to].formation; m[i].last = m[to].last;
  if
  :: mayGrant(i, to) ->
    give(i, to, WORD); bind(i, to, WORD + LEASE);
    if :: isMember(i, m[i].formation) -> m[to].grants = m[to].grants | (1 << n) :: else fi
  :: else
  fi
}

/* A candidate wins by the first vote. */
inline receive(i, n) {
  if
  :: m[i].role == CANDIDATE ->
    m[i].role = LEADER; m[i].last = m[i].promised;
    if :: m[i].forms -> m[i].formation = epochOf(m[i].promised) :: else fi
  :: else
  fi;
  if :: n < m[i].granted -> m[i].granted = n :: else fi;
  check(i)
}

inline forget(i) {
  leave(i); give(i, NOBODY, 0); bind(i, NOBODY, 0);
  m[i].promised = 0; m[i].formation = 0; m[i].last = 0
}

inline beBorn(i) {
  m[i].up = true;
#ifndef NO_BIRTH_WORD
  give(i, NOBODY, WORD)
#endif
}

inline die(i) {
  forget(i); m[i].up = false; free(i);
  for (k : 1 .. HIGHEST - 1) { members[k] = members[k] & ~(1 << i) }
}

inline tick(i) {
  if :: m[i].wordLasts > 0 -> give(i, m[i].wordTo, m[i].wordLasts - 1) :: else fi;
  if :: m[i].bound > 0 -> bind(i, m[i].boundTo, m[i].bound - 1) :: else fi;
  if :: m[i].role != OUT && m[i].asked < LEASE -> m[i].asked++ :: else fi;
  if :: m[i].role == LEADER && m[i].led < LEASE -> m[i].led++ :: else fi;
  if :: m[i].granted < LEASE -> m[i].granted++ :: else fi;
  m[i].grants = (m[i].grants << 1) & ((1 << LEASE) - 1);
  /* Too old to be won, or to be granted. */
  if
  :: m[i].asked == LEASE && m[i].role == CANDIDATE -> leave(i)
  :: m[i].asked == LEASE && m[i].role == LEADER -> m[i].forms = false; m[i].askedWith = 0
  :: else
  fi
}

inline tickAll() {
  for (i : 0 .. SEATS - 1) { tick(i) }
  for (k : 1 .. HIGHEST - 1) { if :: age[k] > 0 && age[k] <= WORD -> age[k]++ :: else fi }
}

/* Forgets what makes no difference any more. */
inline tidy() {
  for (k : 1 .. HIGHEST - 1) { if :: !isUsed(k) -> members[k] = 0 :: else fi }
  i = 0; to = 0; n = 0; k = 0; e = 0; ok = false; set = 0
}

init {
  byte i, to, n, k, e, set;
  bool ok;
  d_step {
    for (i : 0 .. SEATS - 1) { forget(i); beBorn(i) }
    i = 0
  }
end:
  do
  :: d_step { tickAll(); tidy() }
  :: atomic {
      select (i : 0 .. SEATS - 1);
      if
      :: d_step { !m[i].up -> beBorn(i); tidy() }
      :: d_step { m[i].up -> die(i); tidy() }
      :: d_step { m[i].role != OUT -> leave(i); tidy() }
      :: d_step { m[i].role == LEADER -> leave(i); free(i); tidy() } /* releases its ballot */
      fi
    }
  :: atomic { /* asks in the next term of its epoch */
      select (i : 0 .. SEATS - 1);
      d_step {
        if
        :: m[i].role == OUT && m[i].last && mayGrant(i, i) && isMember(i, m[i].formation) &&
           epochOf(m[i].last) == epochOf(m[i].promised) && hasNextTerm(m[i].promised) ->
          ask(i, m[i].promised + 1, 0)
        :: else
        fi;
        tidy()
      }
    }
  :: atomic { /* asks in a new epoch */
      drawn < EPOCHS -> select (i : 0 .. (drawn -> SEATS - 1 : 0)); /* all are alike: the first is seat 0 */
      if
      :: m[i].up && m[i].role == OUT && mayGrant(i, i) -> select (n : epochOf(m[i].promised) .. HIGHEST - 2)
      :: else -> n = HIGHEST
      fi;
      if
      :: n == 0 || n < HIGHEST && age[n] ->
        if
        :: isWilling(i) -> select (set : 0 .. 7)
        :: else
        fi;
        d_step {
          draw(n);
          if
          :: ok && (set -> mayForm(i, set) : m[i].last && isMember(i, m[i].formation)) ->
            age[e] = 1; drawn++; ask(i, ballotOf(e, 1), set)
          :: else
          fi;
          tidy()
        }
      :: else -> d_step { tidy() }
      fi
    }
  :: atomic { /* a request for votes arrives */
      select (i : 0 .. SEATS - 1); select (to : 0 .. SEATS - 1);
      d_step {
        if
        :: m[i].up && i != to && m[to].role != OUT && m[to].asked < LEASE && isMember(i, asksFor(to)) &&
           mayPromise(i, m[to].promised) && mayGrant(i, to) && !acts(i) &&
           (m[to].forms -> isWilling(i) : isRecent(to, i)) -> vote(i, to)
        :: else
        fi;
        tidy()
      }
    }
  :: atomic { /* a beat arrives: of an age that matters, or one whose log does not match yet */
      select (i : 0 .. SEATS - 1); select (to : 0 .. SEATS - 1);
      if
      :: m[i].up && i != to && m[to].role == LEADER && m[to].promised >= m[i].promised ->
        select (n : 0 .. LEASE)
      :: else -> n = LEASE + 1
      fi;
      d_step {
        if
        :: n == LEASE -> leave(i); m[i].promised = m[to].promised
        :: n < LEASE && n <= m[to].led -> follow(i, to, n)
        :: else
        fi;
        tidy()
      }
    }
  :: atomic { /* a vote, or the answer to a beat, arrives */
      select (i : 0 .. SEATS - 1);
      if
      :: m[i].grants -> select (n : 0 .. LEASE - 1)
      :: else
      fi;
      d_step {
        if
        :: m[i].grants & (1 << n) -> receive(i, n)
        :: else
        fi;
        tidy()
      }
    }
  od
}
