// The network's late messages, true time, and what puts all together.

event eJoin: (hosts: seq[machine], service: machine, network: machine, fault: tFault);
event eBegin: seq[machine];

machine Network {
  var time: machine;
  var hosts: seq[machine];
  var service: machine;
  var requests: seq[(left: int, request: tRequest)];
  var answers: seq[(left: int, host: int, answer: tAnswer)];
  var commits: seq[(left: int, transaction: tTransaction)];

  start state Starting {
    entry (its: machine) { time = its; }
    on eJoin do (all: (hosts: seq[machine], service: machine, network: machine, fault: tFault)) {
      hosts = all.hosts;
      service = all.service;
      goto Carrying;
    }
    defer eTick, eLateRequest, eLateAnswer, eLateCommit;
  }

  state Carrying {
    on eTick do (calm: bool) {
      BringRequests();
      BringAnswers();
      BringCommits();
      send time, eTickDone;
    }

    on eLateRequest do (late: (left: int, request: tRequest)) { requests += (sizeof(requests), late); }
    on eLateAnswer do (late: (left: int, host: int, answer: tAnswer)) { answers += (sizeof(answers), late); }
    on eLateCommit do (late: (left: int, transaction: tTransaction)) { commits += (sizeof(commits), late); }
  }

  fun BringRequests() {
    var i: int;
    while (i < sizeof(requests)) {
      requests[i].left = requests[i].left - 1;
      if (requests[i].left <= 0) {
        send service, eRequest, requests[i].request;
        requests -= (i);
      } else { i = i + 1; }
    }
  }

  fun BringAnswers() {
    var i: int;
    while (i < sizeof(answers)) {
      answers[i].left = answers[i].left - 1;
      if (answers[i].left <= 0) {
        answers[i].answer.late = true;
        send hosts[answers[i].host], eAnswer, answers[i].answer;
        answers -= (i);
      } else { i = i + 1; }
    }
  }

  fun BringCommits() {
    var i: int;
    while (i < sizeof(commits)) {
      commits[i].left = commits[i].left - 1;
      if (commits[i].left <= 0) {
        send service, eTransaction, commits[i].transaction;
        commits -= (i);
      } else { i = i + 1; }
    }
  }
}

// True time: a tick is over when everybody has done what is due in it. Messages and commits know no ticks.
machine Time {
  start state Waiting {
    on eBegin do (all: seq[machine]) {
      var tick: int;
      var one: machine;
      var done: int;
      while (tick < Ticks()) {
        foreach (one in all) { send one, eTick, tick >= CalmFrom(); }
        done = 0;
        while (done < sizeof(all)) {
          receive { case eTickDone: { done = done + 1; } }
        }
        tick = tick + 1;
      }
    }
  }
}

fun Build(fault: tFault) {
  var time: machine;
  var all: (hosts: seq[machine], service: machine, network: machine, fault: tFault);
  var ticking: seq[machine];
  var one: machine;
  var i: int;
  time = new Time();
  all.fault = fault;
  all.network = new Network(time);
  all.service = new Service(time);
  while (i < 2) {
    all.hosts += (i, new Host((id = i, time = time)));
    i = i + 1;
  }
  foreach (one in all.hosts) { ticking += (sizeof(ticking), one); }
  ticking += (sizeof(ticking), all.service);
  ticking += (sizeof(ticking), all.network);
  foreach (one in ticking) { send one, eJoin, all; }
  send time, eBegin, ticking;
}
