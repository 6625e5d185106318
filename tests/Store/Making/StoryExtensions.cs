namespace Muster.Tests.Store.Making;

/// <summary>Telling stories in one breath.</summary>
public static class StoryExtensions
{
    /// <summary>Lets something happen and goes on.</summary>
    public static Story Also(this Story story, Action<Story> what)
    {
        what(story);
        return story;
    }
}
