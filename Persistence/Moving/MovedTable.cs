namespace Muster.Persistence.Moving;

/// <summary>A table that was copied, and compared row by row.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows it has.</param>
public sealed record MovedTable(string Name, long Rows);
