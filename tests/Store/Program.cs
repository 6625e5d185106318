using Muster.Tests.Store.Faults;

// The test host never comes here: it loads the assembly. The kill tests start it as a process of its own.
await Child.RunAsync(args);
