namespace ControlPlane.Core.Tests.Architecture;

/// <summary>Says all breaches of a rule at once, each with its file and line.</summary>
internal static class Breaches
{
    internal static void None(IEnumerable<string> breaches)
    {
        var all = breaches.ToList();
        Assert.True(all.Count == 0, $"{all.Count}:\n{string.Join('\n', all)}");
    }
}
