namespace Muster.Runtime.Instances;

/// <summary>Texts that come with the assembly.</summary>
internal static class EmbeddedText
{
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly does not hold '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
