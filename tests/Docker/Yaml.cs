using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Muster.Tests.Docker;

/// <summary>Files of YAML as trees of JSON.</summary>
internal static class Yaml
{
    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<JsonNode> Read(params string[] path)
    {
        using var text = new StreamReader(Repository.File(path));
        var parser = new MergingParser(new Parser(text));
        var reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        var writer = new SerializerBuilder().JsonCompatible().Build();
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(JsonNode.Parse(writer.Serialize(reader.Deserialize(parser)!))!);
        }

        return documents;
    }

    /// <summary>A scalar as it reads.</summary>
    public static string Text(this JsonNode node) => node.ToString();
}
