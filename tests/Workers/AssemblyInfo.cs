// Most of the time tests here wait for programs.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
