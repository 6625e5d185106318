using Xunit;

// These tests start programs; two cores run one of them at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
