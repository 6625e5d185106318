namespace Muster.Workers.Shared;

/// <summary>What may stand in a value for another value.</summary>
public enum IniInterpolation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>%(name)s</c> is the value of a key of the same section; <c>%%</c> is a percent sign.</summary>
    Percent,

    /// <summary><c>${name}</c> and <c>${section:name}</c> are other values; <c>$$</c> is a dollar sign.</summary>
    Dollar,
}
