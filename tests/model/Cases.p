// The protocol, and the same with one fault each: the checker must find nothing in the first and something in each other.

machine Sound { start state Init { entry { Build(NO_FAULT); } } }
machine ObeysAnything { start state Init { entry { Build(OBEYS_ANYTHING); } } }
machine OnTheWallClock { start state Init { entry { Build(WALL_CLOCK); } } }
machine AnswersBeforeCommit { start state Init { entry { Build(ANSWERS_BEFORE_COMMIT); } } }
machine CountsFromTheAnswer { start state Init { entry { Build(COUNTS_FROM_ANSWER); } } }
machine WithoutWatchdog { start state Init { entry { Build(NO_WATCHDOG); } } }
machine GoesOnWithoutWord { start state Init { entry { Build(GOES_ON_WITHOUT_WORD); } } }
machine SwitchesWithoutSource { start state Init { entry { Build(SWITCHES_WITHOUT_SOURCE); } } }
machine NeverAbandons { start state Init { entry { Build(NEVER_ABANDONS); } } }

test Protocol [main=Sound]: assert OneRuns, EveryMoveEnds, RunsInTheEnd in { Sound, Time, Network, Service, Host };
test FaultObeysAnything [main=ObeysAnything]: assert OneRuns in { ObeysAnything, Time, Network, Service, Host };
test FaultOnTheWallClock [main=OnTheWallClock]: assert OneRuns in { OnTheWallClock, Time, Network, Service, Host };
test FaultAnswersBeforeCommit [main=AnswersBeforeCommit]: assert OneRuns in { AnswersBeforeCommit, Time, Network, Service, Host };
test FaultCountsFromTheAnswer [main=CountsFromTheAnswer]: assert OneRuns in { CountsFromTheAnswer, Time, Network, Service, Host };
test FaultWithoutWatchdog [main=WithoutWatchdog]: assert OneRuns in { WithoutWatchdog, Time, Network, Service, Host };
test FaultGoesOnWithoutWord [main=GoesOnWithoutWord]: assert OneRuns in { GoesOnWithoutWord, Time, Network, Service, Host };
test FaultSwitchesWithoutSource [main=SwitchesWithoutSource]:
  assert OneRuns in { SwitchesWithoutSource, Time, Network, Service, Host };
test FaultNeverAbandons [main=NeverAbandons]: assert EveryMoveEnds in { NeverAbandons, Time, Network, Service, Host };
