using Muster.Workers.Flamenco.Life;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Tasks;

/// <summary>What commands work with.</summary>
internal sealed record StepContext(TaskReport Report, Subprocess Subprocess, OutputAnnouncer Outputs, TimeProvider Clock);
