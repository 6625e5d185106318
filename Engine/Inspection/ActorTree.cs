using System.Collections.Immutable;
using Akka.Actor;

namespace Muster.Engine.Inspection;

/// <summary>Looks at the actors of a node.</summary>
internal static class ActorTree
{
    /// <summary>How many actors are told at the most: a node may have a hundred thousand processes in memory.</summary>
    private const int Most = 5_000;

    /// <summary>How deep singletons are looked for: those of shard coordinators stand four levels below the root.</summary>
    private const int SingletonDepth = 4;

    private static readonly char[] Slash = ['/'];

    /// <summary>The paths from one on, sorted, and whether some were left out; null when there is no such actor.</summary>
    /// <param name="system">The node.</param>
    /// <param name="path">From where; <c>/</c> for all.</param>
    /// <param name="depth">How many levels below it.</param>
    public static (ImmutableArray<string> Paths, bool Cut)? Below(ActorSystem system, string path, int depth)
    {
        if (Find(Root(system), path) is not { } start)
        {
            return null;
        }

        var paths = new List<string>();
        var cut = Walk(start, depth, Name(start), (_, name) => paths.Add(name));
        paths.Sort(StringComparer.Ordinal);
        return ([.. paths], cut);
    }

    /// <summary>The paths of the cluster singletons that live on this node.</summary>
    public static ImmutableArray<string> Singletons(ActorSystem system)
    {
        var found = new List<string>();
        // Only what was started by name: entities of shards are many and hold none.
        foreach (var top in (string[])["/user", "/system/sharding"])
        {
            if (Find(Root(system), top) is { } start)
            {
                Walk(start, SingletonDepth - top.Count(c => c == '/') + 1, top, (actor, name) =>
                {
                    if (actor.Path.Name == "singleton")
                    {
                        found.Add(name);
                    }
                });
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private static ActorRefWithCell Root(ActorSystem system) => (ActorRefWithCell)((ExtendedActorSystem)system).Provider.RootGuardian;

    private static string Name(ActorRefWithCell actor) => actor.Path.ToStringWithoutAddress();

    private static ActorRefWithCell? Find(ActorRefWithCell root, string path)
    {
        var at = root;
        foreach (var name in path.Split(Slash, StringSplitOptions.RemoveEmptyEntries))
        {
            if (at.GetSingleChild(name) is not ActorRefWithCell next)
            {
                return null;
            }

            at = next;
        }

        return at;
    }

    // Level by level, so that what is left out is what lies deepest.
    private static bool Walk(ActorRefWithCell start, int depth, string startName, Action<ActorRefWithCell, string> see)
    {
        var level = new List<(ActorRefWithCell Actor, string Name)> { (start, startName) };
        var seen = 0;
        for (var d = 0; level.Count > 0; d++)
        {
            var next = new List<(ActorRefWithCell, string)>();
            foreach (var (actor, name) in level)
            {
                if (seen++ == Most)
                {
                    return true;
                }

                see(actor, name);
                if (d < depth)
                {
                    next.AddRange(actor.Children.OfType<ActorRefWithCell>().Select(c => (c, name == "/" ? $"/{c.Path.Name}" : $"{name}/{c.Path.Name}")));
                }
            }

            level = next;
        }

        return false;
    }
}
