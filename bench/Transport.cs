namespace Muster.Bench;

/// <summary>How work is submitted and run.</summary>
internal enum Transport
{
    /// <summary>By a .NET program that is a member of the cluster.</summary>
    Cluster,

    /// <summary>By programs outside, over HTTP.</summary>
    Http,
}
