using ControlPlane.Agent.Commands;

namespace ControlPlane.Agent.Tests.Commands;

public class AgentArgumentsTests
{
    [Theory]
    [InlineData("join --server https://cp:5443 --token cpj_a.b.c")]
    [InlineData("join --again --token t --server https://10.0.0.1:5443/ --name h1 --zone z1 --data /d")]
    [InlineData("run")]
    [InlineData("run --data /d")]
    public void What_is_right_is_read(string line) => Assert.NotNull(AgentArguments.Read(line.Split(' '), out _));

    [Theory]
    [InlineData("", "join, run or watchdog")]
    [InlineData("stop", "join, run or watchdog")]
    [InlineData("run --server https://cp:5443", "run does not know --server")]
    [InlineData("run --again", "run does not know --again")]
    [InlineData("run --data", "--data has one value")]
    [InlineData("run --data /a --data /b", "--data has one value")]
    [InlineData("join --server https://cp:5443", "needs --token")]
    [InlineData("join --token t", "needs --server")]
    [InlineData("join --token t --server http://cp:5443", "needs --server")]
    [InlineData("join --token t --server https://cp:5443/agent", "needs --server")]
    [InlineData("join --token t --server cp", "needs --server")]
    public void What_is_wrong_is_said(string line, string words)
    {
        Assert.Null(AgentArguments.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), out var fault));
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Rack7-3.example.org", "rack7-3")]
    [InlineData("my_host", "my-host")]
    [InlineData("_", "host")]
    public void A_machine_is_named_by_its_first_label(string machine, string name) => Assert.Equal(name, JoinCommand.NameOf(machine));
}
