using ControlPlane.Api.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Tests.Http;

public sealed class FaultsTests
{
    [Theory]
    [InlineData(13, "storage-full")]
    [InlineData(5, "unavailable")]
    [InlineData(10, "unavailable")]
    [InlineData(19, "internal")]
    public void What_the_store_says_is_found_however_deep_it_lies(int errorCode, string expected)
    {
        var fault = new InvalidOperationException("posting", new DbUpdateException("saving", new SqliteException("the secret", errorCode)));
        var problem = Faults.Read(fault);
        Assert.Equal(expected, problem.Code.Text);
        Assert.DoesNotContain("secret", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_race_is_a_conflict() =>
        Assert.Same(ProblemCode.Conflict, Faults.Read(new DbUpdateConcurrencyException("saving")).Code);

    [Fact]
    public void Anything_else_is_internal() => Assert.Same(ProblemCode.Internal, Faults.Read(new InvalidOperationException("x")).Code);
}
