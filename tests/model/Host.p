// A machine: its agent, which may hang or die, its watchdog, which looks at every tick, and the VM's process on it.

machine Host {
  var id: int;
  var hosts: seq[machine];
  var service: machine;
  var network: machine;
  var time: machine;
  var fault: tFault;

  // On disk.
  var incarnation: int;
  var generation: int;
  var begun: int;
  var givenUp: int;
  var lease: int;

  // In the agent's memory.
  var life: int;
  var session: int;
  var order: tOrder;
  var hangs: int;

  // The machine's clocks.
  var clock: int;
  var wall: int;
  var sinceSlow: int;

  // Its links, each direction by itself: ticks for which it is cut, or slow.
  var cutIn: int;
  var cutOut: int;
  var slowIn: int;
  var rough: bool;

  // The VM's process.
  var guest: tGuest;
  var guestIncarnation: int;
  var guestHandOver: int;
  var notSent: int;
  var stateSent: int;
  var target: int;
  var targetIncarnation: int;

  start state Starting {
    entry (setup: (id: int, time: machine)) {
      id = setup.id;
      time = setup.time;
      life = 1;
      lease = -100;
    }
    on eJoin do (all: (hosts: seq[machine], service: machine, network: machine, fault: tFault)) {
      hosts = all.hosts;
      service = all.service;
      network = all.network;
      fault = all.fault;
      goto Up;
    }
    defer eTick, eAnswer, eState;
  }

  state Up {
    on eTick do (calm: bool) {
      rough = !calm;
      TurnClock();
      if (rough) { Break(); } else { Mend(); }
      // The watchdog.
      if (fault != NO_WATCHDOG && LeaseAge() >= LeaseEnd()) { EndGuest(); }
      if (hangs > 0) { hangs = hangs - 1; }
      else {
        Send();
        Work();
        Call();
      }
      send time, eTickDone;
    }

    on eAnswer do (answer: tAnswer) {
      var dice: int;
      if (hangs > 0 || cutIn > 0) { return; }
      if (slowIn > 0 && !answer.late) {
        send network, eLateAnswer, (left = 3 + choose(3), host = id, answer = answer);
        return;
      }
      if (rough && !answer.late) {
        dice = choose(20);
        if (dice < 3) { send network, eLateAnswer, (left = 1 + choose(14), host = id, answer = answer); }
        if (dice < 2) { return; }
      }
      if (answer.asked == 0) {
        if (answer.life != life || answer.session < session) { return; }
        session = answer.session;
        Hold(answer.sentAt);
      } else if (answer.asked == session) {
        if (!answer.granted) {
          session = 0;
          return;
        }
        Hold(answer.sentAt);
      }
      if (Obeys(answer.order)) {
        order = answer.order;
        if (order.incarnation > incarnation) { incarnation = order.incarnation; }
        if (order.generation > generation) { generation = order.generation; }
        Work();
      }
    }

    // The state of the VM comes from another host.
    on eState do (ofIncarnation: int) {
      if (guest == AWAITING && guestIncarnation == ofIncarnation) { guest = LOADED; }
    }
  }

  // Slower than true time by one tick in four at most.
  fun TurnClock() {
    sinceSlow = sinceSlow + 1;
    if (sinceSlow > 4 && $) { sinceSlow = 0; } else { clock = clock + 1; }
    if (fault == WALL_CLOCK && rough && choose(5) == 0) { wall = wall + choose(31) - 15; }
  }

  fun LeaseClock(): int { if (fault == WALL_CLOCK) { return clock + wall; } return clock; }

  fun LeaseAge(): int { return LeaseClock() - lease; }

  fun Hold(sentAt: int) {
    if (fault == COUNTS_FROM_ANSWER) { sentAt = LeaseClock(); }
    if (sentAt > lease) { lease = sentAt; }
  }

  fun Break() {
    var dice: int;
    if (cutIn > 0) { cutIn = cutIn - 1; }
    if (cutOut > 0) { cutOut = cutOut - 1; }
    if (slowIn > 0) { slowIn = slowIn - 1; }
    dice = choose(100);
    if (dice < 6 && hangs == 0) { hangs = 1 + choose(9); }
    else if (dice < 9) { StartAgent(); }
    else if (dice < 11) {
      EndGuest();
      lease = -100;
      StartAgent();
    } else if (dice < 14) { cutIn = 2 + choose(10); }
    else if (dice < 18) { cutOut = 2 + choose(10); }
    else if (dice < 24) { slowIn = 6 + choose(10); }
  }

  fun Mend() {
    hangs = 0;
    cutIn = 0;
    cutOut = 0;
    slowIn = 0;
  }

  fun StartAgent() {
    life = life + 1;
    session = 0;
    hangs = 0;
    order = default(tOrder);
    if (guest == NO_GUEST || guestIncarnation != begun) { GiveUp(begun); }
  }

  fun Obeys(o: tOrder): bool {
    if (o.session != session || session == 0) { return false; }
    if (fault == OBEYS_ANYTHING) { return true; }
    if (o.incarnation < incarnation || o.generation < generation) { return false; }
    return o.will == ABSENT || o.incarnation > givenUp;
  }

  fun GiveUp(ofIncarnation: int) { if (ofIncarnation > givenUp) { givenUp = ofIncarnation; } }

  fun EndGuest() {
    if (guest == RUNNING) { announce eStands, (host = id, incarnation = guestIncarnation); }
    guest = NO_GUEST;
    guestHandOver = 0;
    notSent = 0;
    stateSent = 0;
  }

  fun Continue() {
    guest = RUNNING;
    announce eRuns, (host = id, incarnation = guestIncarnation);
  }

  fun Begin(first: tGuest) {
    begun = order.incarnation;
    guest = first;
    guestIncarnation = order.incarnation;
    guestHandOver = 0;
    notSent = 0;
    stateSent = 0;
  }

  // EmbodimentRule.Next, and what it asks for done. Pausing and ending at the lease's end are one here.
  fun Work() {
    var ordered: bool;
    ordered = session > 0 && order.session == session;
    if (guest != NO_GUEST && ordered && (guestIncarnation < order.incarnation || order.will == ABSENT)) {
      EndGuest();
      return;
    }
    if (guest != NO_GUEST && LeaseAge() >= LeaseStop()) {
      GiveUp(guestIncarnation);
      EndGuest();
      return;
    }
    if (!ordered || order.will == ABSENT || LeaseAge() >= LeaseStop()) { return; }
    if (guest == NO_GUEST) {
      if (fault != OBEYS_ANYTHING && begun >= order.incarnation) { GiveUp(order.incarnation); }
      else if (order.will == AWAIT) { Begin(AWAITING); }
      else { Begin(LOADED); }
    } else if (order.will != AWAIT) { Onwards(); }
  }

  fun Onwards() {
    if (guest == LOADED) { Continue(); }
    else if (guest == AWAITING) {
      GiveUp(guestIncarnation);
      EndGuest();
    } else if (guest == HANDED_OVER) {
      if (guestHandOver < order.generation || (fault == GOES_ON_WITHOUT_WORD && $)) { Continue(); }
    } else if (order.will == HAND_OVER && guestHandOver < order.generation) {
      guestHandOver = order.generation;
      target = order.target;
      targetIncarnation = order.targetIncarnation;
    }
  }

  // What QEMU does of itself: that it says "completed" proves nothing, and when it says "failed" all may have been sent, a while ago.
  fun Send() {
    var outcome: int;
    if (guest != RUNNING || guestHandOver == 0 || notSent == guestHandOver || $) { return; }
    outcome = 0;
    if (stateSent != guestHandOver) { outcome = choose(5); }
    if (outcome > 1) {
      guest = HANDED_OVER;
      announce eStands, (host = id, incarnation = guestIncarnation);
    } else if (outcome == 0) { notSent = guestHandOver; }
    if (outcome == 1 || outcome > 2) {
      stateSent = guestHandOver;
      send hosts[target], eState, targetIncarnation;
    }
  }

  fun Call() {
    var words: seq[tWord];
    var request: tRequest;
    var dice: int;
    if (givenUp > 0 && (guest == NO_GUEST || guestIncarnation > givenUp)) { words = Say(words, givenUp, 0, GIVEN_UP); }
    if (guest == LOADED) { words = Say(words, guestIncarnation, 0, HAS_LOADED); }
    if (guest == HANDED_OVER) { words = Say(words, guestIncarnation, guestHandOver, HAS_HANDED_OVER); }
    if (notSent > 0) { words = Say(words, guestIncarnation, notSent, NOT_SENT); }
    request = (host = id, life = life, session = session, sentAt = LeaseClock(), words = words);
    dice = 3;
    if (rough) { dice = choose(20); }
    if (dice < 3) { send network, eLateRequest, (left = 1 + choose(14), request = request); }
    if (dice > 1 && cutOut == 0) { send service, eRequest, request; }
  }

  fun Say(words: seq[tWord], ofIncarnation: int, ofGeneration: int, kind: tKind): seq[tWord] {
    words += (sizeof(words), (host = id, incarnation = ofIncarnation, generation = ofGeneration, kind = kind));
    return words;
  }
}
