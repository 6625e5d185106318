using System.Globalization;
using System.Text;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>How an attached value of a type stands among those of the engine, which have a name only; and its id, which says where it is.</summary>
internal static class AttributeName
{
    /// <summary>The type of values that an executor returned.</summary>
    public const int Output = 1;

    /// <summary>The type of environment variables.</summary>
    public const int Environment = 3;

    private const int ProcessIdLength = 64;

    /// <summary>The name in the engine.</summary>
    public static string Of(int type, string key) => string.Create(CultureInfo.InvariantCulture, $"{type}/{key}");

    /// <summary>Type and key of a name; what others have attached counts as output.</summary>
    public static (int Type, string Key) Parse(string name) => name.Length > 1 && name[0] is >= '0' and <= '3' && name[1] == '/' ? (name[0] - '0', name[2..]) : (Output, name);

    /// <summary>The id of a value: process, type and key in hex digits.</summary>
    public static string Id(string process, int type, string key) => string.Create(CultureInfo.InvariantCulture, $"{process}{type}{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key))}");

    /// <summary>What an id says; null when it is none.</summary>
    public static (string Process, int Type, string Key)? Parts(string id)
    {
        if (id.Length <= ProcessIdLength || id[ProcessIdLength] is < '0' or > '3')
        {
            return null;
        }

        try
        {
            return (id[..ProcessIdLength], id[ProcessIdLength] - '0', Encoding.UTF8.GetString(Convert.FromHexString(id.AsSpan(ProcessIdLength + 1))));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
