using System.Globalization;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>Plans one deployment.</summary>
internal sealed class DeploymentPass
{
    private readonly DesiredDeployment _d;
    private readonly PlaceLoads? _loads;
    private readonly PlanDraft _draft;
    private readonly List<SeenInstance> _all;

    /// <summary>Those of the wanted revision on a place that fits: running, or to be started again.</summary>
    private readonly List<SeenInstance> _current = [];

    /// <summary>Those that are to be replaced, and run.</summary>
    private readonly List<SeenInstance> _old = [];

    /// <summary>Those that are to be replaced, and have ended.</summary>
    private readonly List<SeenInstance> _oldEnded = [];

    private bool _oldLeaving;

    public DeploymentPass(DesiredDeployment d, List<SeenInstance> all, PlaceLoads? loads, PlanDraft draft) => (_d, _all, _loads, _draft) = (d, all, loads, draft);

    public void Make()
    {
        Sort();
        var replicas = _d.OnePerNode && _d.Off is null ? _loads?.Places.Count(Fits) ?? 1 : _d.Replicas;
        DropSurplus(replicas);
        foreach (var i in _current)
        {
            Revive(i);
        }

        if (_d.Update.Kind == UpdateKind.Recreate || replicas == 0)
        {
            Recreate(replicas);
        }
        else
        {
            Roll(replicas);
        }
    }

    private void Sort()
    {
        foreach (var i in _all)
        {
            var wanted = i.Revision == _d.Revision && (_loads is null || (_loads.Find(i.Node) is { } place && Fits(place)));
            switch (i.State)
            {
                case SeenState.Stopped:
                    _draft.Forget(i);
                    break;
                case SeenState.Stopping:
                    _oldLeaving |= i.Revision != _d.Revision;
                    break;
                case var _ when wanted:
                    _current.Add(i);
                    break;
                case SeenState.Crashed:
                    _oldEnded.Add(i);
                    break;
                default:
                    _old.Add(i);
                    break;
            }
        }
    }

    // The best stay: healthy before others, then the oldest.
    private void DropSurplus(int replicas)
    {
        if (_current.Count == 0 || (_current.Count <= replicas && !_d.OnePerNode))
        {
            return;
        }

        _current.Sort((a, b) => Rank(a) != Rank(b) ? Rank(a) - Rank(b) : a.StartedAt != b.StartedAt ? a.StartedAt.CompareTo(b.StartedAt) : string.CompareOrdinal(a.Id, b.Id));
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<SeenInstance>();
        foreach (var i in _current)
        {
            if (kept.Count < replicas && (!_d.OnePerNode || nodes.Add(i.Node)))
            {
                kept.Add(i);
            }
            else if (i.State == SeenState.Crashed)
            {
                _draft.Forget(i);
            }
            else if (i.State != SeenState.Unknown)
            {
                _draft.Stop(i, _d.Template.Drain, _d.Off ?? (_d.OnePerNode ? "Its node has another one." : $"{Text(replicas)} of them are wanted, and there are more."));
            }
        }

        _current.Clear();
        _current.AddRange(kept);
    }

    // What ended by itself, or has not been well for long, is started again.
    private void Revive(SeenInstance i)
    {
        var ended = i.State == SeenState.Crashed;
        if ((!ended && i.State != SeenState.Unhealthy) || IsDone(i))
        {
            return;
        }

        var restarts = i.Since - i.StartedAt >= _d.Restart.ResetAfter ? 0 : i.Restarts;
        var due = i.Since + Wait(restarts) + (ended ? TimeSpan.Zero : _d.Template.Health.RestartAfter);
        var why = ended ? $"It ended{(i.Reason is null ? "" : $": {i.Reason}")}" : $"It has not been well since {Time(i.Since)}{(i.Reason is null ? "" : $": {i.Reason}")}";
        if (_loads?.Find(i.Node) is { Answers: false })
        {
            return;
        }

        if (due <= _draft.Now)
        {
            _draft.Restart(i, restarts + 1, why);
        }
        else
        {
            _draft.LookAt(due);
            if (ended)
            {
                _draft.Decide(_d.Id, "wait", i.Id, i.Node, i.Revision, $"{why}. It is started again at {Time(due)}.");
            }
        }
    }

    private void Recreate(int replicas)
    {
        foreach (var i in _old.Where(i => i.State != SeenState.Unknown))
        {
            _draft.Stop(i, _d.Template.Drain, _d.Off ?? $"It runs revision {Text(i.Revision)}; all of them end before revision {Text(_d.Revision)} begins.");
        }

        _oldEnded.ForEach(_draft.Forget);
        if (_old.Count == 0 && !_oldLeaving)
        {
            Create(replicas - _current.Count);
        }
        else if (replicas > 0)
        {
            _draft.Decide(_d.Id, "wait", null, null, _d.Revision, "It begins when the last one of the older revision has ended.");
        }
    }

    private void Roll(int replicas)
    {
        var healthy = _current.Count(i => i.State == SeenState.Healthy);
        // Until one of the new revision is healthy, nobody knows that the old ones can go.
        var keepEnded = healthy == 0 && _current.Count + _old.Count < replicas + _d.Update.MaxSurge && !_oldEnded.TrueForAll(IsDone);
        var need = replicas - _current.Count;
        var room = replicas + _d.Update.MaxSurge - _current.Count - _old.Count;
        foreach (var i in _oldEnded)
        {
            // One place at least is for the new revision.
            if (keepEnded && (_loads is null || _loads.Find(i.Node) is { Answers: true }) && room > (need > 0 ? 1 : 0))
            {
                room--;
                Revive(i);
            }
            else
            {
                _draft.Forget(i);
            }
        }

        Hold();
        Create(Math.Min(need, room));
        if (_old.Count == 0)
        {
            return;
        }

        var oldHealthy = _old.Where(i => i.State == SeenState.Healthy).OrderBy(i => i.StartedAt).ThenBy(i => i.Id, StringComparer.Ordinal).ToList();
        // They may still become healthy, and are all there is; but the new revision needs a place.
        var unfit = _old.Where(i => i.State is SeenState.Starting or SeenState.Unhealthy).OrderBy(i => i.StartedAt).ThenBy(i => i.Id, StringComparer.Ordinal);
        foreach (var i in unfit.Take(healthy > 0 ? int.MaxValue : need > 0 ? Math.Max(0, 1 - room) : 0))
        {
            _draft.Stop(i, _d.Template.Drain, Replaced(i));
        }

        var spare = healthy + oldHealthy.Count - Math.Max(0, replicas - _d.Update.MaxUnavailable);
        foreach (var i in oldHealthy.Take(Math.Max(0, spare)))
        {
            _draft.Stop(i, _d.Template.Drain, Replaced(i));
        }
    }

    private string Replaced(SeenInstance i) => i.Revision != _d.Revision ? $"It runs revision {Text(i.Revision)}, and {Text(_d.Revision)} is wanted." : "Its node does not fit any more.";

    private void Hold()
    {
        if (_old.Count > 0 && _current.Find(i => i.State is SeenState.Crashed or SeenState.Unhealthy) is { } bad)
        {
            _draft.Decide(
                _d.Id, "hold", bad.Id, bad.Node, _d.Revision,
                $"Revision {Text(_d.Revision)} does not become healthy{(bad.Reason is null ? "" : $": {bad.Reason}")}. {Text(_old.Count)} of older revisions stay.");
        }
    }

    private void Create(int count)
    {
        for (var n = 0; n < count; n++)
        {
            var node = "";
            if (_loads is not null)
            {
                var taken = _started;
                var place = _loads.Pick(
                    _d, node => _current.Count(i => i.Node == node) + taken.GetValueOrDefault(node), p => !_d.OnePerNode || (!taken.ContainsKey(p.Node) && !_current.Exists(i => i.Node == p.Node)));
                if (place is null)
                {
                    _draft.Decide(_d.Id, "no-node", null, null, _d.Revision, $"{Text(count - n)} more are wanted. {_loads.WhyNot(_d)}");
                    return;
                }

                node = place.Node;
                taken[node] = taken.GetValueOrDefault(node) + 1;
            }

            _draft.Start(_d, node, _old.Count + _oldEnded.Count > 0 ? "It takes the place of one of an older revision." : "It is wanted and was missing.");
        }
    }

    private readonly Dictionary<string, int> _started = new(StringComparer.Ordinal);

    private bool Fits(InstancePlace place) => !place.Leaving && place.Has(_d.Template.Placement);

    private bool IsDone(SeenInstance i) => _d.Restart.Kind == RestartKind.Never || (_d.Restart.Kind == RestartKind.OnFailure && i is { State: SeenState.Crashed, ExitCode: 0 });

    private TimeSpan Wait(int restarts)
    {
        var wait = _d.Restart.First.TotalMilliseconds * Math.Pow(2, Math.Min(restarts, 30));
        return TimeSpan.FromMilliseconds(Math.Min(wait, _d.Restart.Max.TotalMilliseconds));
    }

    private static int Rank(SeenInstance i) => i.State switch
    {
        SeenState.Healthy => 0,
        SeenState.Unknown => 1,
        SeenState.Starting => 2,
        SeenState.Unhealthy => 3,
        _ => 4,
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToString("HH:mm:ss.f", CultureInfo.InvariantCulture);
}
