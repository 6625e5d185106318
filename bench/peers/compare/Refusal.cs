namespace Muster.Bench.Peers.Compare;

/// <summary>Something that whoever started the program can put right: said in one line, without a stack.</summary>
internal sealed class Refusal(string message) : Exception(message);
