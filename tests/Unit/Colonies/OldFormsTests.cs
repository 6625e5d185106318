using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Gateway.Colonies.OldForms;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Colonies;

/// <summary>Messages of earlier releases, and what becomes of them.</summary>
public sealed class OldFormsTests
{
    private static readonly Known Ids = new();

    [Theory]
    [InlineData("submitprocessespecmsg", "submitfuncspecmsg")]
    [InlineData("deletecolonymsg", "removecolonymsg")]
    [InlineData("deleteexecutormsg", "removeexecutormsg")]
    [InlineData("deleteprocessmsg", "removeprocessmsg")]
    [InlineData("deleteallprocessesmsg", "removeallprocessesmsg")]
    [InlineData("deleteprocessgraphmsg", "removeprocessgraphmsg")]
    [InlineData("deleteallprocessgraphsmsg", "removeallprocessgraphsmsg")]
    [InlineData("deletecronmsg", "removecronmsg")]
    [InlineData("deletegeneratormsg", "removegeneratormsg")]
    [InlineData("deletefunctionmsg", "removefunctionmsg")]
    [InlineData("deletefilemsg", "removefilemsg")]
    [InlineData("deletesnapshotmsg", "removesnapshotmsg")]
    [InlineData("deleteallsnapshotsmsg", "removeallsnapshotmsg")]
    [InlineData("addruntimemsg", "addexecutormsg")]
    [InlineData("getruntimemsg", "getexecutormsg")]
    [InlineData("getruntimesmsg", "getexecutorsmsg")]
    [InlineData("approveruntimemsg", "approveexecutormsg")]
    [InlineData("rejectruntimemsg", "rejectexecutormsg")]
    [InlineData("deleteruntimemsg", "removeexecutormsg")]
    [InlineData("assignprocessmsg", "assignprocessmsg")]
    [InlineData("", "")]
    public void A_message_has_its_present_name(string old, string present) => OldNames.Present(old).ShouldBe(present);

    [Theory]
    // The colony by the id of its owner.
    [InlineData("assignprocessmsg", """{"colonyid":"OWNER","timeout":10,"latest":true}""", """{"colonyid":"OWNER","timeout":10,"latest":true,"colonyname":"dev"}""")]
    [InlineData("getprocessesmsg", """{"colonyid":"OWNER","count":5,"state":0}""", """{"colonyid":"OWNER","count":5,"state":0,"colonyname":"dev"}""")]
    [InlineData("getprocessesmsg", """{"ColonyID":"OWNER","colonyname":""}""", """{"ColonyID":"OWNER","colonyname":"dev"}""")]
    [InlineData("getprocessesmsg", """{"colonyid":"NOBODY"}""", """{"colonyid":"NOBODY"}""")]
    [InlineData("getprocesshistmsg", """{"colonyid":"OWNER","executorid":"EX1","seconds":1,"state":2}""", """{"colonyid":"OWNER","executorid":"EX1","seconds":1,"state":2,"colonyname":"dev"}""")]
    [InlineData("removeallprocessesmsg", """{"colonyid":"OWNER"}""", """{"colonyid":"OWNER","colonyname":"dev"}""")]
    // Executors by their ids.
    [InlineData("approveexecutormsg", """{"executorid":"EX1"}""", """{"executorid":"EX1","colonyname":"dev","executorname":"one"}""")]
    [InlineData("rejectexecutormsg", """{"colonyid":"OWNER","executorid":"EX2"}""", """{"colonyid":"OWNER","executorid":"EX2","colonyname":"dev","executorname":"two"}""")]
    [InlineData("removeexecutormsg", """{"executorid":"NOBODY"}""", """{"executorid":"NOBODY"}""")]
    [InlineData("getexecutormsg", """{"runtimeid":"EX1"}""", """{"executorid":"EX1","colonyname":"dev","executorname":"one"}""")]
    [InlineData("getfunctionsmsg", """{"executorid":"EX1"}""", """{"executorid":"EX1","colonyname":"dev","executorname":"one"}""")]
    [InlineData("addfunctionmsg", """{"fun":{"executorid":"EX2","colonyid":"OWNER","funcname":"f"}}""", """{"fun":{"executorid":"EX2","colonyid":"OWNER","funcname":"f","colonyname":"dev","executorname":"two"}}""")]
    [InlineData("addexecutormsg", """{"executor":{"executorid":"a","executortype":"cli","executorname":"n","colonyid":"OWNER"}}""", """{"executor":{"executorid":"a","executortype":"cli","executorname":"n","colonyid":"OWNER","colonyname":"dev"}}""")]
    [InlineData("addexecutormsg", """{"runtime":{"runtimeid":"a","runtimetype":"cli","name":"n","colonyid":"OWNER"}}""", """{"executor":{"colonyid":"OWNER","colonyname":"dev","executorid":"a","executortype":"cli","executorname":"n"}}""")]
    // Specs.
    [InlineData("submitfuncspecmsg", """{"spec":{"func":"sleep","name":"s","args":["3"],"conditions":{"colonyid":"OWNER","executorids":[],"executortype":"cli"},"maxexectime":5}}""", """{"spec":{"args":["3"],"conditions":{"colonyid":"OWNER","executortype":"cli","colonyname":"dev","executornames":[]},"maxexectime":5,"funcname":"sleep","nodename":"s"}}""")]
    [InlineData("submitfuncspecmsg", """{"spec":{"funcname":"f","conditions":{"colonyid":"OWNER","executorids":["EX2","EX1","EX9","one","*"]}}}""", """{"spec":{"funcname":"f","conditions":{"colonyid":"OWNER","colonyname":"dev","executornames":["two","one","EX9","one","*"]}}}""")]
    [InlineData("submitfuncspecmsg", """{"spec":{"funcname":"f","conditions":{"colonyid":"OWNER","runtimeids":["EX2"],"runtimetype":"cli"}}}""", """{"spec":{"funcname":"f","conditions":{"colonyid":"OWNER","colonyname":"dev","executortype":"cli","executornames":["two"]}}}""")]
    [InlineData("submitfuncspecmsg", """{"spec":{"funcname":"f","conditions":{"colonyname":"dev","processes-per-node":4}}}""", """{"spec":{"funcname":"f","conditions":{"colonyname":"dev","processespernode":4}}}""")]
    [InlineData("submitfuncspecmsg", """{"spec":{"funcname":"f","conditions":{"colonyname":"dev","executorids":null}}}""", """{"spec":{"funcname":"f","conditions":{"colonyname":"dev","executornames":null}}}""")]
    [InlineData("submitfuncspecmsg", """{"spec":{"func":"f","colonyid":"OWNER","conditions":{"executortype":"cli"}}}""", """{"spec":{"colonyid":"OWNER","conditions":{"executortype":"cli","colonyid":"OWNER","colonyname":"dev"},"colonyname":"dev","funcname":"f"}}""")]
    [InlineData("submitfuncspecmsg", """{"spec":{"func":"f","colonyid":"OWNER"}}""", """{"spec":{"colonyid":"OWNER","colonyname":"dev","funcname":"f","conditions":{"colonyid":"OWNER","colonyname":"dev"}}}""")]
    [InlineData("addchildmsg", """{"processgraphid":"g","spec":{"func":"f","conditions":{"colonyid":"OWNER"}}}""", """{"processgraphid":"g","spec":{"conditions":{"colonyid":"OWNER","colonyname":"dev"},"funcname":"f"}}""")]
    // Graphs, and what makes them.
    [InlineData("submitworkflowspecmsg", """{"spec":{"colonyid":"OWNER","processspecs":[{"name":"a","func":"f","conditions":{"dependencies":[]}}]}}""", """{"spec":{"colonyid":"OWNER","colonyname":"dev","functionspecs":[{"conditions":{"dependencies":[]},"funcname":"f","nodename":"a"}]}}""")]
    [InlineData("addcronmsg", """{"cron":{"name":"c","colonyid":"OWNER","workflowspec":"{\"colonyid\":\"OWNER\",\"functionspecs\":[]}"}}""", """{"cron":{"name":"c","colonyid":"OWNER","colonyname":"dev","workflowspec":"{\u0022colonyid\u0022:\u0022OWNER\u0022,\u0022functionspecs\u0022:[],\u0022colonyname\u0022:\u0022dev\u0022}"}}""")]
    [InlineData("addgeneratormsg", """{"generator":{"colonyname":"dev","workflowspec":"not json"}}""", null)]
    [InlineData("addattributemsg", """{"attribute":{"targetid":"p","targetcolonyid":"OWNER","key":"k"}}""", """{"attribute":{"targetid":"p","targetcolonyid":"OWNER","key":"k","targetcolonyname":"dev"}}""")]
    // What is in the present form stays, also where it has an id in it.
    [InlineData("submitfuncspecmsg", """{"spec":{"nodename":"n","funcname":"f","kwargs":{"colonyid":"OWNER","func":"x"},"conditions":{"colonyname":"dev","executornames":null}}}""", null)]
    [InlineData("addcolonymsg", """{"colony":{"colonyid":"OWNER","name":"dev"}}""", null)]
    [InlineData("changecolonyidmsg", """{"colonyname":"dev","colonyid":"NEW"}""", null)]
    [InlineData("changeexecutoridmsg", """{"colonyname":"dev","executorid":"NEW"}""", null)]
    [InlineData("getexecutorbyidmsg", """{"colonyname":"dev","executorid":"EX1"}""", null)]
    [InlineData("getlogsmsg", """{"colonyname":"dev","processid":"p","executorname":"","executorid":"EX1"}""", null)]
    [InlineData("approveexecutormsg", """{"colonyname":"dev","executorname":"one"}""", null)]
    [InlineData("closesuccessfulmsg", """{"processid":"p","out":[{"colonyid":"OWNER"}]}""", null)]
    [InlineData("updateexecutormsg", """{"colonyname":"dev","executorname":"one","capabilities":{"colonyid":"OWNER"}}""", null)]
    // What nobody can read is left to those who say so.
    [InlineData("submitfuncspecmsg", """{"spec":[1],"colonyid":7}""", null)]
    [InlineData("submitfuncspecmsg", """{"spec":{"conditions":7,"colonyid":"NOBODY"}}""", """{"spec":{"conditions":7,"colonyid":"NOBODY"}}""")]
    [InlineData("submitfuncspecmsg", """{"spec":{"func":"f","conditions":{"executorids":"EX1"}}}""", """{"spec":{"conditions":{"executornames":"EX1"},"funcname":"f"}}""")]
    [InlineData("assignprocessmsg", """{"colonyid":"OWNER","colonyid":"OWNER"}""", null)]
    public void A_message_has_its_present_form(string type, string message, string? expected)
    {
        var said = JsonElement.Parse(message);
        var (modern, isOld) = OldMessage.Modern(type, said, Ids);

        JsonElement.DeepEquals(modern, expected is null ? said : JsonElement.Parse(expected)).ShouldBeTrue(modern.GetRawText());
        isOld.ShouldBe(expected is not null);
        // The present form is none of an earlier release any more.
        OldMessage.Modern(type, modern, Ids).Message.GetRawText().ShouldBe(modern.GetRawText());
    }

    [Fact]
    public void A_reply_has_what_clients_of_earlier_releases_look_for_and_nothing_less()
    {
        var reply = JsonNode.Parse(
            """
            [{"processid":"p","assignedexecutorid":"EX1","attributes":[{"targetcolonyname":"dev"}],"out":[{"colonyname":"dev"}],
              "spec":{"nodename":"n","funcname":"f","args":[{"colonyname":"dev"}],"kwargs":{"funcname":"x"},
                      "conditions":{"colonyname":"dev","executornames":["one","gone"],"executortype":"cli","processespernode":2}}}]
            """);

        OldReply.Widen(reply, Ids);

        JsonNode.DeepEquals(reply, JsonNode.Parse(
            """
            [{"processid":"p","assignedexecutorid":"EX1","assignedruntimeid":"EX1","attributes":[{"targetcolonyname":"dev","targetcolonyid":"OWNER"}],"out":[{"colonyname":"dev"}],
              "spec":{"nodename":"n","name":"n","funcname":"f","func":"f","args":[{"colonyname":"dev"}],"kwargs":{"funcname":"x"},
                      "conditions":{"colonyname":"dev","colonyid":"OWNER","executornames":["one","gone"],"executorids":["EX1","gone"],"runtimeids":["EX1","gone"],
                                    "executortype":"cli","runtimetype":"cli","processespernode":2,"processes-per-node":2}}}]
            """)).ShouldBeTrue(reply!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"executorid":"EX1","executortype":"cli","executorname":"one","colonyname":"dev"}""", """{"executorid":"EX1","executortype":"cli","executorname":"one","colonyname":"dev","colonyid":"OWNER","name":"one","runtimetype":"cli","runtimeid":"EX1"}""")]
    [InlineData("""{"functionid":"x","executorname":"one","colonyname":"dev","funcname":"f"}""", """{"functionid":"x","executorname":"one","colonyname":"dev","funcname":"f","colonyid":"OWNER","func":"f","executorid":"EX1","runtimeid":"EX1"}""")]
    [InlineData("""{"colonyid":"OWNER","name":"dev"}""", """{"colonyid":"OWNER","name":"dev"}""")]
    [InlineData("""{"colonyname":"gone"}""", """{"colonyname":"gone"}""")]
    [InlineData("null", "null")]
    public void So_has_one_of_something_else(string reply, string expected)
    {
        var widened = JsonNode.Parse(reply);
        OldReply.Widen(widened, Ids);
        (widened?.ToJsonString() ?? "null").ShouldBe(expected);
    }

    private sealed class Known : IKnownIds
    {
        public string? ColonyOf(string ownerId) => ownerId == "OWNER" ? "dev" : null;

        public string? OwnerOf(string colony) => colony == "dev" ? "OWNER" : null;

        public (string Colony, string Name)? ExecutorOf(string? colony, string id) =>
            colony is null or "dev" ? id switch { "EX1" => ("dev", "one"), "EX2" => ("dev", "two"), _ => null } : null;

        public string? IdOf(string colony, string executor) => executor switch { "one" => "EX1", "two" => "EX2", _ => null };
    }
}
