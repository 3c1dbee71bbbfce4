// The rules of the service's side as functions of what is stored: HostStanding and Custody.

fun LeaseStop(): int { return 3; }        // the agent ends its guests at this age of the lease, on the host's clock
fun LeaseEnd(): int { return 4; }         // the watchdog does at this one
fun LostAfter(): int { return 6; }        // the service's patience: a slow host needs 5 ticks for 4 of its own
fun MoveLimit(): int { return 6; }
fun CalmFrom(): int { return 30; }
fun Ticks(): int { return 54; }

fun IsLost(s: tStore, host: int): bool { return s.hosts[host].life == LOST; }

fun OrderFor(s: tStore, host: int): tOrder {
  var order: tOrder;
  order = (session = s.hosts[host].session, incarnation = s.vm.issued, generation = s.vm.generation, will = ABSENT, target = 0,
    targetIncarnation = 0);
  if (host == s.vm.owner) {
    order.incarnation = s.vm.incarnation;
    if (!s.vm.ended) {
      order.will = RUN;
      if (s.vm.moving) {
        order.will = HAND_OVER;
        order.target = s.vm.target;
        order.targetIncarnation = s.vm.moveIncarnation;
      }
    }
  } else if (s.vm.moving && host == s.vm.target) {
    order.incarnation = s.vm.moveIncarnation;
    order.will = AWAIT;
  }
  return order;
}

fun Abandoned(vm: tCustody): tCustody {
  vm.moving = false;
  vm.loaded = false;
  vm.handedOver = false;
  vm.generation = vm.generation + 1;
  return vm;
}

fun Ended(vm: tCustody): tCustody {
  if (vm.ended) { return vm; }
  if (!(vm.moving && vm.loaded && vm.handedOver)) { vm = Abandoned(vm); }
  vm.ended = true;
  return vm;
}

fun Hear(vm: tCustody, word: tWord): tCustody {
  if (word.host == vm.owner && word.incarnation == vm.incarnation) {
    if (word.kind == GIVEN_UP) { return Ended(vm); }
    if (vm.moving && word.generation == vm.moveGeneration) {
      if (word.kind == HAS_HANDED_OVER) { vm.handedOver = true; }
      if (word.kind == NOT_SENT && !vm.handedOver) { vm = Abandoned(vm); }
    }
  } else if (vm.moving && word.host == vm.target && word.incarnation == vm.moveIncarnation) {
    if (word.kind == HAS_LOADED) { vm.loaded = true; }
    if (word.kind == GIVEN_UP) { vm = Abandoned(vm); }
  }
  return vm;
}

fun Heartbeat(s: tStore, request: tRequest): tStore {
  var standing: tStanding;
  var word: tWord;
  foreach (word in request.words) { s.vm = Hear(s.vm, word); }
  standing = s.hosts[request.host];
  s.granted = request.session == 0 || (request.session == standing.session && standing.life == ACTIVE);
  if (s.granted) {
    standing.life = ACTIVE;
    standing.renewals = standing.renewals + 1;
    if (request.session == 0) { standing.session = standing.session + 1; }
  }
  s.hosts[request.host] = standing;
  return s;
}

// A declaration names the count of renewals that was watched: one that came meanwhile wins.
fun Lose(s: tStore, host: int, renewals: int): tStore {
  if (s.hosts[host].life == ACTIVE && s.hosts[host].renewals == renewals) { s.hosts[host].life = LOST; }
  return s;
}

fun Give(s: tStore, taker: int): tStore {
  if (IsLost(s, s.vm.owner)) { s.vm = Ended(s.vm); }
  if (!s.vm.ended || s.vm.moving || IsLost(s, taker)) { return s; }
  s.vm.issued = s.vm.issued + 1;
  s.vm.owner = taker;
  s.vm.incarnation = s.vm.issued;
  s.vm.generation = s.vm.generation + 1;
  s.vm.ended = false;
  return s;
}

fun Begin(s: tStore, target: int): tStore {
  if (s.vm.moving || s.vm.ended || target == s.vm.owner || IsLost(s, target)) { return s; }
  s.vm.issued = s.vm.issued + 1;
  s.vm.generation = s.vm.generation + 1;
  s.vm.moving = true;
  s.vm.target = target;
  s.vm.moveIncarnation = s.vm.issued;
  s.vm.moveGeneration = s.vm.generation;
  return s;
}

fun Ready(vm: tCustody, fault: tFault): bool {
  return vm.moving && vm.loaded && (vm.handedOver || fault == SWITCHES_WITHOUT_SOURCE);
}

fun Switch(s: tStore, fault: tFault): tStore {
  if (!Ready(s.vm, fault)) { return s; }
  s.vm.owner = s.vm.target;
  s.vm.incarnation = s.vm.moveIncarnation;
  s.vm = Abandoned(s.vm);
  s.vm.ended = false;
  return s;
}

fun Abandon(s: tStore, generation: int): tStore {
  if (s.vm.moving && s.vm.moveGeneration == generation) { s.vm = Abandoned(s.vm); }
  return s;
}
