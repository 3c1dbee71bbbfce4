// What machines say to each other. One VM, a few hosts, true time in ticks that nobody but Time sees.

enum tFault {
  NO_FAULT, OBEYS_ANYTHING, WALL_CLOCK, ANSWERS_BEFORE_COMMIT, COUNTS_FROM_ANSWER, NO_WATCHDOG, GOES_ON_WITHOUT_WORD,
  SWITCHES_WITHOUT_SOURCE, NEVER_ABANDONS
}

enum tLife { ACTIVE, LOST }
enum tWill { RUN, AWAIT, HAND_OVER, ABSENT }
enum tGuest { NO_GUEST, RUNNING, AWAITING, LOADED, HANDED_OVER }
enum tKind { GIVEN_UP, HAS_LOADED, HAS_HANDED_OVER, NOT_SENT }
enum tChange { HEARTBEAT, LOSE, GIVE, BEGIN, SWITCH, ABANDON }

type tOrder = (session: int, incarnation: int, generation: int, will: tWill, target: int, targetIncarnation: int);
type tWord = (host: int, incarnation: int, generation: int, kind: tKind);

// A host's one call: it says what it has, asks for its lease, and is told what shall be. Session zero begins a session.
type tRequest = (host: int, life: int, session: int, sentAt: int, words: seq[tWord]);
type tAnswer = (life: int, asked: int, session: int, sentAt: int, granted: bool, order: tOrder,
  late: bool);

type tStanding = (life: tLife, session: int, renewals: int);
type tCustody = (owner: int, incarnation: int, issued: int, generation: int, ended: bool, moving: bool, target: int,
  moveIncarnation: int, moveGeneration: int, loaded: bool, handedOver: bool);
type tStore = (hosts: map[int, tStanding], vm: tCustody, granted: bool);
type tTransaction = (change: tChange, host: int, number: int, request: tRequest);

event eTick: bool;
event eTickDone;
event eRequest: tRequest;
event eAnswer: tAnswer;
event eTransaction: tTransaction;
event eState: int;

// Held back by the network for some ticks, as a copy or in place of what was sent.
event eLateRequest: (left: int, request: tRequest);
event eLateAnswer: (left: int, host: int, answer: tAnswer);
event eLateCommit: (left: int, transaction: tTransaction);

// What the specifications watch.
event eRuns: (host: int, incarnation: int);
event eStands: (host: int, incarnation: int);
event eMoveBegun: int;
event eMoveEnded: int;
