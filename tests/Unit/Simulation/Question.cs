using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>A command that somebody waits to have answered; repeated until it is.</summary>
internal sealed class Question
{
    private readonly Simulation _world;
    private readonly ProcessCommand _command;
    private readonly Action<ProcessReply> _answered;
    private readonly Func<bool> _wanted;
    private readonly SimulatedRef _asker;
    private bool _over;

    private Question(Simulation world, ProcessCommand command, Action<ProcessReply> answered, Func<bool> wanted)
    {
        _world = world;
        _command = command;
        _answered = answered;
        _wanted = wanted;
        _asker = new SimulatedRef($"asker-{world.NextNumber()}", Answer);
    }

    /// <summary>Sends a command until it is answered by more than "later", or nobody wants the answer.</summary>
    public static void Ask(Simulation world, ProcessCommand command, Action<ProcessReply> answered, Func<bool> wanted) =>
        new Question(world, command, answered, wanted).Send();

    /// <summary>Sends a command once.</summary>
    public static void AskOnce(Simulation world, ProcessCommand command, Action<ProcessReply> answered, Func<bool> wanted)
    {
        var question = new Question(world, command, answered, wanted);
        world.Processes.Tell(command, question._asker);
    }

    private void Send()
    {
        if (_over || !_wanted())
        {
            return;
        }

        _world.Processes.Tell(_command, _asker);
        _world.Schedule.After(_world.Random.Next(500, 4_000), Send);
    }

    // What is answered must be so when it is said, wherever the answer goes from here.
    private void Answer(object message)
    {
        var reply = (ProcessReply)message;
        _world.Witness.Answers(_command, reply);
        _world.Network.Send("who asked", reply, () =>
        {
            if (!_over && _wanted() && reply is not ProcessReply.Refused { Problem: Problem.Busy })
            {
                _over = true;
                _answered(reply);
            }
        });
    }
}
