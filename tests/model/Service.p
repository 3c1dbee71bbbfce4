// The service: what is stored, and replicas that remember nothing but since when they have seen a host silent.

machine Service {
  var s: tStore;
  var network: machine;
  var hosts: seq[machine];
  var time: machine;
  var fault: tFault;
  var now: int;
  var calm: bool;
  var watches: seq[map[int, (renewals: int, at: int)]];
  var moveSeen: (generation: int, at: int);

  start state Starting {
    entry (its: machine) { time = its; }
    on eJoin goto Serving;
    defer eRequest, eTick;
  }

  state Serving {
    entry (all: (hosts: seq[machine], service: machine, network: machine, fault: tFault)) {
      var i: int;
      hosts = all.hosts;
      network = all.network;
      fault = all.fault;
      while (i < sizeof(hosts)) {
        s.hosts[i] = (life = LOST, session = 0, renewals = 0);
        i = i + 1;
      }
      s.vm = (owner = 0, incarnation = 1, issued = 1, generation = 1, ended = false, moving = false, target = 0, moveIncarnation = 0,
        moveGeneration = 0, loaded = false, handedOver = false);
      watches += (0, default(map[int, (renewals: int, at: int)]));
      watches += (1, default(map[int, (renewals: int, at: int)]));
    }

    on eTick do (isCalm: bool) {
      var i: int;
      var dies: int;
      calm = isCalm;
      now = now + 1;
      // A replica dies and starts again: it begins to watch at that moment.
      if (!calm) { dies = choose(20); }
      while (i < sizeof(watches)) {
        if (!calm && dies == i) { watches[i] = default(map[int, (renewals: int, at: int)]); }
        Watch(i);
        i = i + 1;
      }
      Tend();
      send time, eTickDone;
    }

    on eRequest do (request: tRequest) {
      if (fault == ANSWERS_BEFORE_COMMIT) {
        Answer(Heartbeat(s, request), request);
        Change(HEARTBEAT, 0, 0, request);
      } else {
        Commit((change = HEARTBEAT, host = 0, number = 0, request = request));
        Answer(s, request);
      }
    }

    // A commit that took long.
    on eTransaction do (t: tTransaction) { Commit(t); }
  }

  // One transaction: all of it, or nothing.
  fun Commit(t: tTransaction) {
    var before: tCustody;
    before = s.vm;
    if (t.change == HEARTBEAT) { s = Heartbeat(s, t.request); }
    else if (t.change == LOSE) { s = Lose(s, t.host, t.number); }
    else if (t.change == GIVE) { s = Give(s, t.host); }
    else if (t.change == BEGIN) { s = Begin(s, t.host); }
    else if (t.change == SWITCH) { s = Switch(s, fault); }
    else if (t.change == ABANDON) { s = Abandon(s, t.number); }
    if (before.moving && (!s.vm.moving || s.vm.moveGeneration != before.moveGeneration)) { announce eMoveEnded, before.moveGeneration; }
    if (s.vm.moving && (!before.moving || s.vm.moveGeneration != before.moveGeneration)) { announce eMoveBegun, s.vm.moveGeneration; }
  }

  fun Answer(seen: tStore, request: tRequest) {
    send hosts[request.host], eAnswer, (life = request.life, asked = request.session, session = seen.hosts[request.host].session,
      sentAt = request.sentAt, granted = seen.granted, order = OrderFor(seen, request.host), late = false);
  }

  // What a replica has decided is committed now, or late, or never: its process may die first. The rules judge it when it is committed.
  fun Change(change: tChange, host: int, number: int, request: tRequest) {
    var t: tTransaction;
    var dice: int;
    t = (change = change, host = host, number = number, request = request);
    if (!calm) { dice = choose(8); }
    if (dice == 1) { send network, eLateCommit, (left = 1 + choose(8), transaction = t); }
    else if (dice != 2) { Commit(t); }
  }

  fun Watch(i: int) {
    var host: int;
    foreach (host in keys(s.hosts)) {
      if (!(host in watches[i]) || watches[i][host].renewals != s.hosts[host].renewals) {
        watches[i][host] = (renewals = s.hosts[host].renewals, at = now);
      }
      if (s.hosts[host].life == ACTIVE && now - watches[i][host].at >= LostAfter()) {
        Change(LOSE, host, s.hosts[host].renewals, default(tRequest));
      }
    }
  }

  fun Tend() {
    var able: seq[int];
    var host: int;
    foreach (host in keys(s.hosts)) { if (!IsLost(s, host)) { able += (sizeof(able), host); } }
    if (s.vm.moving) {
      if (moveSeen.generation != s.vm.moveGeneration) { moveSeen = (generation = s.vm.moveGeneration, at = now); }
      if (Ready(s.vm, fault)) { Change(SWITCH, 0, 0, default(tRequest)); }
      else if (fault != NEVER_ABANDONS && (IsLost(s, s.vm.target) || now - moveSeen.at > MoveLimit())) {
        Change(ABANDON, 0, s.vm.moveGeneration, default(tRequest));
      }
    }
    if (sizeof(able) == 0) { return; }
    if (s.vm.ended || IsLost(s, s.vm.owner)) { Change(GIVE, choose(able), 0, default(tRequest)); }
    else if (!calm && !s.vm.moving && choose(3) == 0) { Change(BEGIN, choose(able), 0, default(tRequest)); }
  }
}
