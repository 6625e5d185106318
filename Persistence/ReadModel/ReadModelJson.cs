using System.Text.Json.Serialization;

namespace Muster.Persistence.ReadModel;

/// <summary>JSON that is handed to the database as a parameter.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class ReadModelJson : JsonSerializerContext;
