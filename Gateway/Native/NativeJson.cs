using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Muster.Gateway.Native.Wire;
using Muster.Messages.Deployments;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Serialization;
using Muster.Messages.Workflows;

namespace Muster.Gateway.Native;

/// <summary>The JSON of the native API: unknown and doubled fields are mistakes, and nulls are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    Converters = [typeof(DurationJsonConverter), typeof(WordConverter<ProcessStatus>), typeof(WordConverter<WaitFrom>), typeof(WordConverter<RetryKind>), typeof(WordConverter<ConflictPolicy>),
        typeof(WordConverter<WorkflowStatus>), typeof(WordConverter<WorkflowFailurePolicy>), typeof(WordConverter<OverlapPolicy>), typeof(WordConverter<MissedPolicy>),
        typeof(WordConverter<UpdateKind>), typeof(WordConverter<RestartKind>)])]
[JsonSerializable(typeof(SubmitWire))]
[JsonSerializable(typeof(ProcessWire))]
[JsonSerializable(typeof(ProcessPageWire))]
[JsonSerializable(typeof(BatchWire))]
[JsonSerializable(typeof(HistoryWire))]
[JsonSerializable(typeof(EventWire))]
[JsonSerializable(typeof(LogPageWire))]
[JsonSerializable(typeof(LogLineWire))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
[JsonSerializable(typeof(FileListWire))]
[JsonSerializable(typeof(FileWire))]
[JsonSerializable(typeof(ReasonWire))]
[JsonSerializable(typeof(PriorityWire))]
[JsonSerializable(typeof(BulkWire))]
[JsonSerializable(typeof(BulkResultWire))]
[JsonSerializable(typeof(AssignWire))]
[JsonSerializable(typeof(AssignmentsWire))]
[JsonSerializable(typeof(AttemptWire))]
[JsonSerializable(typeof(AttemptBatchWire))]
[JsonSerializable(typeof(AttemptReplyWire))]
[JsonSerializable(typeof(ExecutorWire))]
[JsonSerializable(typeof(ExecutorListWire))]
[JsonSerializable(typeof(QueueSettingsWire))]
[JsonSerializable(typeof(QueueWire))]
[JsonSerializable(typeof(QueueListWire))]
[JsonSerializable(typeof(SubmitWorkflowWire))]
[JsonSerializable(typeof(AddNodeWire))]
[JsonSerializable(typeof(WorkflowWire))]
[JsonSerializable(typeof(WorkflowPageWire))]
[JsonSerializable(typeof(SchedulePutWire))]
[JsonSerializable(typeof(ScheduleWire))]
[JsonSerializable(typeof(SchedulePageWire))]
[JsonSerializable(typeof(TriggeredWire))]
[JsonSerializable(typeof(GeneratorPutWire))]
[JsonSerializable(typeof(GeneratorWire))]
[JsonSerializable(typeof(GeneratorPageWire))]
[JsonSerializable(typeof(PackWire))]
[JsonSerializable(typeof(PackedWire))]
[JsonSerializable(typeof(DeploymentPutWire))]
[JsonSerializable(typeof(DeploymentWire))]
[JsonSerializable(typeof(DeploymentPageWire))]
[JsonSerializable(typeof(RevisionPageWire))]
[JsonSerializable(typeof(RollBackWire))]
[JsonSerializable(typeof(InstanceListWire))]
[JsonSerializable(typeof(InstanceLogWire))]
[JsonSerializable(typeof(DecisionPageWire))]
[JsonSerializable(typeof(DeploymentFileWire))]
[JsonSerializable(typeof(PlanWire))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<FaultWire>))]
[JsonSerializable(typeof(InstanceTemplate))]
[JsonSerializable(typeof(DeploymentSpec))]
[JsonSerializable(typeof(SecretPutWire))]
[JsonSerializable(typeof(SecretListWire))]
[JsonSerializable(typeof(ReencryptedWire))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(NewKeyWire))]
[JsonSerializable(typeof(KeyWire))]
[JsonSerializable(typeof(KeyListWire))]
[JsonSerializable(typeof(ClusterWire))]
[JsonSerializable(typeof(ClusterCommandWire))]
[JsonSerializable(typeof(ClusterDoneWire))]
[JsonSerializable(typeof(ClusterEventWire))]
[JsonSerializable(typeof(ClusterNodeListWire))]
[JsonSerializable(typeof(ShardListWire))]
[JsonSerializable(typeof(PlaceWire))]
[JsonSerializable(typeof(ActorsWire))]
[JsonSerializable(typeof(SettingsWire))]
[JsonSerializable(typeof(NodeLogWire))]
[JsonSerializable(typeof(NodeLogListWire))]
[JsonSerializable(typeof(LogLevelWire))]
[JsonSerializable(typeof(LevelListWire))]
[JsonSerializable(typeof(NodeWorkWire))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
public sealed partial class NativeJson : JsonSerializerContext;
