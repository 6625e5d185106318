namespace Muster.Tests.Unit.Simulation;

/// <summary>Crashes something now and then, until all heals.</summary>
internal sealed class Mischief(Simulation world)
{
    public void Happen()
    {
        if (world.Faults.Healed)
        {
            return;
        }

        if (world.Core.IsUp)
        {
            Break();
        }

        world.Schedule.After(world.Random.Next(500, 12_000), Happen);
    }

    private void Break()
    {
        var what = world.Random.Next(world.Faults.Crashes ? 0 : 9, world.Faults.Restarts ? 10 : 9);
        switch (what)
        {
            case 0 or 1 or 2:
                var processes = world.Processes.Entities.Where(e => e.Value.Alive).Select(e => e.Key).ToList();
                if (processes.Count > 0)
                {
                    world.Processes.Crashed(processes[world.Random.Next(processes.Count)]);
                }

                break;
            case 3 or 4:
                world.Queues.CrashAll();
                break;
            case 5:
                world.Core.RestartDispatcher(quietly: world.Random.Next(2) == 0);
                break;
            case 6 or 7 or 8:
                CrashWorker();
                break;
            case 9:
                world.Core.Crash();
                world.Schedule.After(world.Random.Next(200, 8_000), () =>
                {
                    if (!world.Core.IsUp)
                    {
                        world.Core.Start();
                    }
                });
                break;
        }
    }

    private void CrashWorker()
    {
        var workers = world.Workers.Where(w => w.IsUp).ToList();
        if (workers.Count == 0)
        {
            return;
        }

        var worker = workers[world.Random.Next(workers.Count)];
        worker.Crash();
        world.Schedule.After(world.Random.Next(500, 15_000), () =>
        {
            if (!worker.IsUp)
            {
                worker.Start();
            }
        });
    }
}
