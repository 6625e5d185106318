using System.Globalization;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Updates;
using Muster.Workers.Flamenco.Wire;

namespace Muster.Workers.Flamenco.Tasks;

/// <summary>What is known of a running task, put into the queue: a state at once, log lines and activity together, as often as the settings say.</summary>
internal sealed class TaskReport : IAsyncDisposable
{
    private readonly Lock _sync = new();
    private readonly UpdateQueue _queue;
    private readonly FlamencoSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Dictionary<string, double> _timing = new(StringComparer.Ordinal);
    private readonly long _started;
    private List<string> _lines = [];
    private string? _activity;
    private int? _command;
    private int? _progress;
    private bool _news;
    private bool _over;
    private long _pushedActivity;
    private long _pushedLog;

    public TaskReport(string task, UpdateQueue queue, FlamencoSettings settings, TimeProvider clock)
    {
        (Task, _queue, _settings, _clock) = (task, queue, settings, clock);
        _started = _pushedActivity = _pushedLog = clock.GetTimestamp();
        var look = settings.PushActivityInterval < settings.PushLogInterval ? settings.PushActivityInterval : settings.PushLogInterval;
        _timer = clock.CreateTimer(_ => PushDue(), null, look, look);
    }

    public string Task { get; }

    /// <summary>Tells the runs of one task apart.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N");

    /// <summary>A line for the log of the task.</summary>
    public void Log(string text)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.ffffff}+00:00: {text}");
        lock (_sync)
        {
            _lines.Add(line);
            if (_lines.Count > _settings.PushLogEntries)
            {
                Push(null);
            }
        }
    }

    /// <summary>What the task does now, in one line.</summary>
    public void Activity(string text)
    {
        lock (_sync)
        {
            (_activity, _news) = (text, true);
        }
    }

    /// <summary>A command begins or ends.</summary>
    /// <param name="index">Its place in the task.</param>
    /// <param name="progress">0 or 100.</param>
    /// <param name="activity">In one line.</param>
    public void Command(int index, int progress, string activity)
    {
        lock (_sync)
        {
            (_command, _progress, _activity, _news) = (index, progress, activity, true);
        }
    }

    /// <summary>A command took this long.</summary>
    public void Took(string command, TimeSpan time)
    {
        lock (_sync)
        {
            _timing[command] = _timing.GetValueOrDefault(command) + time.TotalSeconds;
        }
    }

    /// <summary>The task is in this state; said at once, with all that was not said yet.</summary>
    public void Status(string status, string activity)
    {
        lock (_sync)
        {
            (_activity, _news) = (activity, true);
            if (status is "completed" or "failed")
            {
                _timing["total"] = _clock.GetElapsedTime(_started).TotalSeconds;
            }

            Push(status);
        }
    }

    /// <summary>Puts in what was not said yet, and that the task goes back.</summary>
    public void Return()
    {
        lock (_sync)
        {
            Push(null);
            _over = true;
            _queue.PutReturn(Task, Run);
        }
    }

    /// <summary>Waits while the queue has more in memory than the disk takes.</summary>
    public ValueTask WhenRoomAsync(CancellationToken cancel) => _queue.WhenRoomAsync(cancel);

    /// <summary>Puts in what was not said yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        lock (_sync)
        {
            Push(null);
            _over = true;
        }
    }

    private void PushDue()
    {
        lock (_sync)
        {
            if ((_lines.Count > 0 && _clock.GetElapsedTime(_pushedLog) >= _settings.PushLogInterval) || (_news && _clock.GetElapsedTime(_pushedActivity) >= _settings.PushActivityInterval))
            {
                Push(null);
            }
        }
    }

    private void Push(string? status)
    {
        if (_over || (status is null && _lines.Count == 0 && !_news))
        {
            return;
        }

        var ends = status is "completed" or "failed";
        _queue.Put(Task, Run, new TaskUpdate
        {
            TaskStatus = status,
            Activity = _activity ?? "",
            CurrentCommandIdx = _command ?? 0,
            TaskProgressPercentage = 0,
            CommandProgressPercentage = _progress ?? 0,
            Log = _lines.Count == 0 ? null : string.Join('\n', _lines),
            Metrics = ends ? new TaskMetrics(new Dictionary<string, double>(_timing)) : null,
        });
        _lines = [];
        (_news, _over) = (false, ends);
        _pushedActivity = _pushedLog = _clock.GetTimestamp();
    }
}
