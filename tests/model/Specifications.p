// The one rule above all: no two incarnations run at the same moment.
spec OneRuns observes eRuns, eStands {
  var running: map[int, int];

  start state Watching {
    on eRuns do (who: (host: int, incarnation: int)) {
      running[who.host] = who.incarnation;
      assert sizeof(running) == 1, format("incarnation {0} runs on host {1} beside another: {2}", who.incarnation, who.host, running);
    }

    on eStands do (who: (host: int, incarnation: int)) { running -= (who.host); }
  }
}

// Every begun move ends, by its switch or as if it had not been.
spec EveryMoveEnds observes eMoveBegun, eMoveEnded {
  start cold state Still {
    on eMoveBegun goto Moving;
    ignore eMoveEnded;
  }

  hot state Moving {
    on eMoveEnded goto Still;
    ignore eMoveBegun;
  }
}

// What is wanted runs in the end, once it is calm.
spec RunsInTheEnd observes eRuns, eStands {
  start hot state Standing {
    on eRuns goto Running;
    ignore eStands;
  }

  cold state Running {
    on eStands goto Standing;
    ignore eRuns;
  }
}
