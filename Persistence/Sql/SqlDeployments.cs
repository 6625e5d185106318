using System.Data.Common;
using System.Text.Json;
using Muster.Messages.Deployments;
using Muster.Messages.Serialization;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>The statements for deployments.</summary>
internal static class SqlDeployments
{
    /// <summary>How many decisions are kept of each deployment.</summary>
    private const int DecisionsKept = 500;

    /// <summary>What <see cref="Row"/> reads.</summary>
    public const string Select = """
        SELECT d.namespace, d.id, d.spec, r.template, d.enabled, d.revision, d.latest, d.version, d.created_at, d.updated_at, d.updated_by
        FROM deployment d JOIN deployment_revision r ON r.namespace = d.namespace AND r.deployment = d.id AND r.revision = d.revision
        """;

    private const string Put = """
        INSERT INTO deployment (namespace, id, spec, enabled, revision, latest, version, created_at, updated_at, updated_by) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (namespace, id) DO UPDATE SET spec = excluded.spec, enabled = excluded.enabled, revision = excluded.revision,
          latest = CASE WHEN excluded.latest > deployment.latest THEN excluded.latest ELSE deployment.latest END,
          version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by
        """;

    private const string PutRevision = """
        INSERT INTO deployment_revision (namespace, deployment, revision, template, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING
        """;

    /// <summary>What an event does to the rows.</summary>
    public static void Apply(ISqlSession session, DeploymentId id, DeploymentEvent e)
    {
        var now = SqlTimes.Down(e.At);
        switch (e)
        {
            case DeploymentEvent.Defined x:
                if (x.Template is { } template)
                {
                    session.Execute(PutRevision, id.Namespace, id.Id, x.Revision, JsonSerializer.Serialize(template, MessagesJson.Default.InstanceTemplate), now, x.By);
                }

                session.Execute(
                    Put, id.Namespace, id.Id, JsonSerializer.Serialize(x.Spec, MessagesJson.Default.DeploymentSpec), x.Enabled ? 1 : 0, x.Revision, x.Version, SqlTimes.Down(x.CreatedAt), now, x.By);
                break;
            case DeploymentEvent.Switched x:
                session.Execute(
                    "UPDATE deployment SET enabled = ?3, version = ?4, updated_at = ?5, updated_by = ?6 WHERE namespace = ?1 AND id = ?2", id.Namespace, id.Id, x.Enabled ? 1 : 0, x.Version, now, x.By);
                break;
            case DeploymentEvent.Removed:
                session.Execute("DELETE FROM deployment WHERE namespace = ?1 AND id = ?2", id.Namespace, id.Id);
                session.Execute("DELETE FROM deployment_revision WHERE namespace = ?1 AND deployment = ?2", id.Namespace, id.Id);
                break;
        }
    }

    /// <summary>Notes what the reconciler saw and decided.</summary>
    public static void Note(ISqlSession s, IReadOnlyCollection<SeenInstance> seen, IReadOnlyCollection<(DeploymentId Deployment, string Instance)> gone, IReadOnlyCollection<DeploymentDecision> decisions, long now)
    {
        foreach (var instance in seen)
        {
            s.Execute(
                """
                INSERT INTO deployment_instance (namespace, deployment, id, body, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (namespace, deployment, id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at
                """,
                instance.Deployment.Namespace, instance.Deployment.Id, instance.Id, JsonSerializer.Serialize(instance, MessagesJson.Default.SeenInstance), now);
        }

        foreach (var (deployment, instance) in gone)
        {
            s.Execute("DELETE FROM deployment_instance WHERE namespace = ?1 AND deployment = ?2 AND id = ?3", deployment.Namespace, deployment.Id, instance);
        }

        foreach (var d in decisions)
        {
            s.Execute(
                "INSERT INTO deployment_decision (namespace, deployment, kind, instance, node, revision, reason, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                d.Deployment.Namespace, d.Deployment.Id, d.Kind, d.Instance, d.Node, d.Revision, d.Reason, now);
        }

        foreach (var deployment in decisions.Select(d => d.Deployment).Distinct())
        {
            s.Execute(
                """
                DELETE FROM deployment_decision WHERE namespace = ?1 AND deployment = ?2
                  AND seq <= (SELECT seq FROM deployment_decision WHERE namespace = ?1 AND deployment = ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3)
                """, deployment.Namespace, deployment.Id, DecisionsKept);
        }
    }

    /// <summary>Reads a deployment.</summary>
    public static DeploymentRow Row(DbDataReader r) => new()
    {
        Id = new DeploymentId(r.GetString(0), r.GetString(1)),
        Spec = JsonSerializer.Deserialize(r.GetString(2), StoredJson.Of<DeploymentSpec>())!,
        Template = JsonSerializer.Deserialize(r.GetString(3), StoredJson.Of<InstanceTemplate>())!,
        Enabled = r.GetInt32(4) != 0,
        Revision = r.GetInt64(5),
        Latest = r.GetInt64(6),
        Version = r.GetInt64(7),
        CreatedAt = SqlRows.Time(r, 8),
        UpdatedAt = SqlRows.Time(r, 9),
        UpdatedBy = SqlRows.Text(r, 10),
    };

    /// <summary>Reads a revision.</summary>
    public static DeploymentRevisionRow Revision(DbDataReader r) =>
        new(r.GetInt64(0), JsonSerializer.Deserialize(r.GetString(1), StoredJson.Of<InstanceTemplate>())!, SqlRows.Time(r, 2), SqlRows.Text(r, 3));

    /// <summary>Reads an instance.</summary>
    public static InstanceRow Instance(DbDataReader r) =>
        new(new DeploymentId(r.GetString(0), r.GetString(1)), JsonSerializer.Deserialize(r.GetString(2), StoredJson.Of<SeenInstance>())!, SqlRows.Time(r, 3));

    /// <summary>Reads a decision.</summary>
    public static DecisionRow Decision(DbDataReader r) => new(
        r.GetInt64(0), SqlRows.Time(r, 1), new DeploymentDecision(new DeploymentId(r.GetString(2), r.GetString(3)), r.GetString(4), SqlRows.Text(r, 5), SqlRows.Text(r, 6), r.GetInt64(7), r.GetString(8)));
}
