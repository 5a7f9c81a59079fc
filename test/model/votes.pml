/*
 * No vote counts twice, and an outcome is what the votes say.
 *
 * One poll, by majority or by consensus, of an electorate of three. A voter votes once, and repeats its
 * vote, which the network loses, repeats and reorders; it may die, and its successor, of another id, votes
 * as it likes. Leaders follow each other at any moment; each counts by itself from nothing, and closes the
 * poll as soon as its outcome is certain, or the deadline is over, which it may be at any moment. Nothing is
 * bounded.
 *
 * Left out: the log, which makes one of the closes the outcome (polls.pml), and elections (tokens.pml).
 *
 *     spin -a votes.pml && cc -O1 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan
 *
 * Faults, by `spin -a -DNAME`: each must be found. WITNESS fails where a consensus is reached.
 *     COUNTED_TWICE     a leader counts messages, not voters
 *     ANYBODY_COUNTS    a leader counts who is not in the electorate
 *     KEPT_COUNT        a leader goes on with the count of the one before, but not with whom it counted
 *     SILENCE_AGREES    a consensus of those who voted by the deadline
 */
#define VOTERS 3          /* ids from 0 on; the successor of each has the id VOTERS more */
#define NONE 0
#define YES 1
#define NO 2
#define TIMEOUT 3

byte vote[2 * VOTERS];    /* what an id sent, under way ever after */
bool isDead[VOTERS];
bool counted[2 * VOTERS]; /* by the leader that is */
byte yes, no;
bool consensus;

#ifdef COUNTED_TWICE
#define isNew(id) true
#else
#define isNew(id) (!counted[id])
#endif
#ifdef ANYBODY_COUNTS
#define isElector(id) true
#else
#define isElector(id) (id < VOTERS)
#endif

#define sent(choice) ((vote[0] == choice) + (vote[1] == choice) + (vote[2] == choice))
#define agreed(y) (consensus && y == VOTERS || !consensus && 2 * (y) > VOTERS)
#define failed(n) (consensus && n > 0 || !consensus && 2 * (VOTERS - (n)) <= VOTERS)

inline count(id) {
  counted[id] = true;
  if
  :: vote[id] == YES && yes < 2 * VOTERS -> yes++
  :: vote[id] == NO && no < 2 * VOTERS -> no++
  :: else
  fi
}

inline takeOver() {
  for (id : 0 .. 2 * VOTERS - 1) { counted[id] = false }
  id = 0;
#ifndef KEPT_COUNT
  yes = 0; no = 0
#endif
}

/* Whatever a leader closes with is what all voters that are heard say, and no later vote would change it. */
inline close(outcome) {
#ifdef WITNESS
  assert(!consensus || outcome != YES);
#endif
  assert(outcome != YES || agreed(sent(YES)) && !failed(sent(NO)));
  assert(outcome != NO || failed(sent(NO)) && !agreed(sent(YES)))
}

init {
  byte id;
  if :: consensus = true :: consensus = false fi;
end:
  do
  :: atomic {
      select (id : 0 .. VOTERS - 1);
      if
      :: d_step { !isDead[id] && vote[id] == NONE -> vote[id] = YES; id = 0 }
      :: d_step { !isDead[id] && vote[id] == NONE -> vote[id] = NO; id = 0 }
      :: d_step { !isDead[id] -> isDead[id] = true; id = 0 }
      :: d_step { isDead[id] && vote[id + VOTERS] == NONE -> vote[id + VOTERS] = YES; id = 0 }
      :: d_step { isDead[id] && vote[id + VOTERS] == NONE -> vote[id + VOTERS] = NO; id = 0 }
      :: else -> id = 0
      fi
    }
  :: atomic {
      select (id : 0 .. 2 * VOTERS - 1);
      if
      :: d_step { vote[id] != NONE && isElector(id) && isNew(id) -> count(id); id = 0 }
      :: else -> id = 0
      fi
    }
  :: d_step { takeOver() }
  :: atomic { agreed(yes) -> close(YES) }
  :: atomic { failed(no) -> close(NO) }
#ifdef SILENCE_AGREES
  :: atomic { consensus && yes > 0 && no == 0 -> close(YES) }
#endif
  :: close(TIMEOUT)
  od
}
