namespace Muster.Workers.Flamenco.Tasks;

/// <summary>The settings of a command cannot be used.</summary>
/// <param name="message">Names the command, the setting and what it has to be.</param>
internal sealed class CommandSettingsException(string message) : Exception(message);
