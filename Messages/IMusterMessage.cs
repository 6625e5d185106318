namespace Muster.Messages;

/// <summary>Marks what may cross a node boundary or enter the journal; binds it to the one serializer.</summary>
public interface IMusterMessage;
