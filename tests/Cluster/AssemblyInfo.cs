using Xunit;

// Each group has a seed of its own, and most of a test is waiting.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
