using System.Collections.Immutable;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using CsCheck;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Tests.Http.Lists;

/// <summary>Lists as clients ask for them, on each store.</summary>
public abstract class ListQueryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string> prod = new() { ["env"] = "prod", ["a"] = "env" };

    private static readonly Dictionary<string, string> quoted = new()
    {
        ["env"] = "\"env\":\"prod\"",
        ["example.com/tier"] = "a \"quoted\" one",
    };

    private static readonly string?[] rooms = [null, "a", "b", ""];

    private static readonly string?[] orders =
    [
        null, "id desc", "name", "name desc", "room", "room desc, weight", "weight desc, room", "state, room, emptiedTime desc",
        "emptiedTime", "emptiedTime desc", "neighbour desc, name", "neighbour, locked", "locked desc, createTime desc", "id, name",
    ];

    private static readonly Gen<Shelf> anyShelf = Gen.Select(
        Gen.Int[1, 4], Gen.Int[0, 3].Select(i => rooms[i]), Gen.Long[-2, 2], Gen.Bool, Gen.Enum<ShelfState>(), Gen.Int[0, 3], Gen.Guid,
        (name, room, weight, isLocked, state, minute, id) => new Shelf
        {
            Id = new ShelfId(id),
            Name = $"s{name}",
            Room = room,
            Weight = weight,
            Locked = isLocked,
            State = state,
            Neighbour = minute == 0 ? null : new ShelfId(new Guid(minute, 0, 0, new byte[8])),
            CreateTime = noon.AddMinutes(minute),
            EmptiedTime = minute == 3 ? null : noon.AddHours(minute),
        });

    private static readonly Gen<string?> anyOrder = Gen.Int[0, 13].Select(i => orders[i]);

    /// <summary>The database of the test.</summary>
    protected abstract DbContextOptions<ShelfContext> Options { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [SkippableFact]
    public void Walking_the_pages_gives_each_item_exactly_once_and_in_the_order_asked_for() =>
        Gen.Select(anyShelf.List[0, 25], anyOrder, Gen.Int[1, 7]).Sample(
            (shelves, order, pageSize) =>
            {
                using var db = new ShelfContext(Options, shelves.DistinctBy(shelf => shelf.Id));
                var whole = Walk(db, new ListTerms(1000, OrderBy: order));
                var walked = Walk(db, new ListTerms(pageSize, OrderBy: order));
                Assert.Equal(shelves.DistinctBy(shelf => shelf.Id).Count(), whole.Count);
                Assert.Equal(whole.Select(shelf => shelf.Id), walked.Select(shelf => shelf.Id));
                AssertSorted(whole, order);
            },
            iter: 100, threads: 1);

    [SkippableTheory]
    [InlineData("name = s1", "s1")]
    [InlineData("name != s1", "s2 s3 s4")]
    [InlineData("name:\"3\"", "s3")]
    [InlineData("name > s2 AND weight <= 4", "s3 s4")]
    [InlineData("weight < -1 OR weight >= 4", "s1 s4")]
    [InlineData("weight = -5", "s1")]
    [InlineData("NOT (name = s1 OR name = 's2')", "s3 s4")]
    [InlineData("state = HALF_FULL", "s2")]
    [InlineData("state != FULL", "s1 s2")]
    [InlineData("locked = true", "s4")]
    [InlineData("room = cellar", "s2")]
    [InlineData("room != cellar", "s1 s3 s4")]
    [InlineData("NOT room = cellar", "s1 s3 s4")]
    [InlineData("createTime >= 2026-11-23T12:02:00Z", "s3 s4")]
    [InlineData("createTime < \"2026-11-23T13:01:00+01:00\"", "s1")]
    [InlineData("emptiedTime > 2026-11-23T00:00:00Z", "s2")]
    [InlineData("labels.env = prod", "s3")]
    [InlineData("labels.env != prod", "s1 s2 s4")]
    [InlineData("labels:env", "s3 s4")]
    [InlineData("labels.example.com/tier = \"a \\\"quoted\\\" one\"", "s4")]
    [InlineData("tags.env = prod", "s3")]
    [InlineData("NOT tags:env", "s1 s2 s4")]
    [InlineData("id = shelf_00000002000000000000000000000000", "s2")]
    [InlineData("neighbour = shelf_00000002000000000000000000000000", "s3")]
    [InlineData("neighbour:00000001", "s2")]
    [InlineData("NOT neighbour:00000001", "s1 s3 s4")]
    [InlineData("nextTo = shelf_00000002000000000000000000000000", "s3")]
    [InlineData("nextTo != shelf_00000002000000000000000000000000", "s1 s2 s4")]
    [InlineData("  (  name=s1 )AND weight:0 ", null)]
    [InlineData("(name=s1)OR(name=s2)", "s1 s2")]
    public void A_filter_selects_what_it_says(string filter, string? names)
    {
        using var db = FourShelves();
        var answer = Page(db, new ListTerms(Filter: filter));
        var found = answer is Answer.Done { Body: ListPage<Shelf> page } ? string.Join(' ', page.Items.Select(shelf => shelf.Name)) : null;
        Assert.Equal(names, found);
    }

    [SkippableTheory]
    [InlineData("nam = x", "did you mean 'name'?")]
    [InlineData("bogus = x", "known are createTime, emptiedTime, id, labels, locked, name, neighbour")]
    [InlineData("weight = 1.5", "weight must be a whole number")]
    [InlineData("weight = 99999999999999999999", "weight must be a whole number")]
    [InlineData("state = full", "state must be one of EMPTY, HALF_FULL, FULL")]
    [InlineData("state = 2", "state must be one of")]
    [InlineData("state > EMPTY", "state cannot be compared so")]
    [InlineData("weight : 1", "weight cannot be compared so")]
    [InlineData("locked = yes", "locked must be true or false")]
    [InlineData("createTime > 2026-11-23", "createTime must be an RFC 3339 time")]
    [InlineData("id = vm_1", "id must be id")]
    [InlineData("labels = x", "write labels.key = value")]
    [InlineData("nextTo = x", "nextTo cannot be 'x'")]
    [InlineData("name", "breaks at character 5: an operator is expected")]
    [InlineData("name =", "breaks at character 7: a value is expected")]
    [InlineData("= x", "a field is expected")]
    [InlineData("name = \"x", "the quoted text does not end")]
    [InlineData("(name = x", "a closing parenthesis is expected")]
    [InlineData("name = x)", "AND, OR or the end is expected")]
    [InlineData("name = x name = y", "AND, OR or the end is expected")]
    [InlineData("name = x AND", "a field is expected")]
    [InlineData("name = x AND name = y OR name = z", "put parentheses")]
    [InlineData("name = x and name = y", "AND, OR or the end is expected")]
    public void A_filter_that_makes_no_sense_is_refused_with_the_reason(string filter, string reason)
    {
        using var db = FourShelves();
        var refused = Assert.IsType<Answer.Refused>(Page(db, new ListTerms(Filter: filter)));
        Assert.Equal(ProblemCode.ValidationFailed, refused.Why.Code);
        Assert.Contains(reason, string.Join("; ", refused.Why.Errors!["filter"]), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_filter_is_bounded_in_length_depth_and_comparisons()
    {
        using var db = FourShelves();
        foreach (var filter in new[]
        {
            $"name = {new string('x', 1024)}",
            $"{new string('(', 40)}name = x{new string(')', 40)}",
            $"{string.Concat(Enumerable.Repeat("NOT ", 40))}name = x",
            string.Join(" OR ", Enumerable.Repeat("weight = 1", 33)),
        })
        {
            Assert.IsType<Answer.Refused>(Page(db, new ListTerms(Filter: filter)));
        }
    }

    [SkippableTheory]
    [InlineData("nam")]
    [InlineData("name up")]
    [InlineData("name, name desc")]
    [InlineData("name,,room")]
    [InlineData("labels")]
    [InlineData("name, room, weight, state")]
    [InlineData(",")]
    public void An_order_that_makes_no_sense_is_refused(string order)
    {
        using var db = FourShelves();
        var refused = Assert.IsType<Answer.Refused>(Page(db, new ListTerms(OrderBy: order)));
        Assert.True(refused.Why.Errors!.ContainsKey("orderBy"));
    }

    [SkippableFact]
    public void A_page_token_is_refused_with_other_terms_and_when_it_is_garbage()
    {
        using var db = FourShelves();
        var token = NextToken(Page(db, new ListTerms(2, OrderBy: "name")))!;
        foreach (var terms in new[]
        {
            new ListTerms(2, token), new ListTerms(2, token, OrderBy: "name desc"), new ListTerms(2, token, "locked = true", "name"),
            new ListTerms(2, "garbage!", OrderBy: "name"), new ListTerms(2, "Z2FyYmFnZQ", OrderBy: "name"),
            new ListTerms(2, token[..^4], OrderBy: "name"), new ListTerms(2, new string('A', 9000), OrderBy: "name"),
        })
        {
            var refused = Assert.IsType<Answer.Refused>(Page(db, terms));
            Assert.True(refused.Why.Errors!.ContainsKey("pageToken"));
        }

        Assert.IsType<Answer.Done>(Page(db, new ListTerms(3, token, OrderBy: "name")));
    }

    [SkippableFact]
    public void A_page_token_with_a_place_that_is_no_place_is_refused()
    {
        using var db = FourShelves();
        var token = NextToken(Page(db, new ListTerms(2, OrderBy: "weight")))!;
        var json = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token));
        foreach (var (old, fresh) in new[] { ("\"0\"", "\"zero\""), ("\"0\"", "null"), ("shelf_", "vm_"), ("\"0\",", "") })
        {
            Assert.Contains(old, json, StringComparison.Ordinal);
            var forged = System.Buffers.Text.Base64Url.EncodeToString(
                System.Text.Encoding.UTF8.GetBytes(json.Replace(old, fresh, StringComparison.Ordinal)));
            Assert.IsType<Answer.Refused>(Page(db, new ListTerms(2, forged, OrderBy: "weight")));
        }
    }

    [SkippableFact]
    public void The_last_page_has_no_token_even_when_it_is_full()
    {
        using var db = FourShelves();
        Assert.Null(NextToken(Page(db, new ListTerms(4))));
        Assert.NotNull(NextToken(Page(db, new ListTerms(3))));
    }

    private ShelfContext FourShelves() => new(
        Options,
        Make(1, null, -5, ShelfState.Empty, "{}"),
        Make(2, "cellar", 0, ShelfState.HalfFull, "{}") with { EmptiedTime = noon },
        Make(3, null, 3, ShelfState.Full, Wire.Write(prod)) with { Tags = prod },
        Make(4, "attic", 4, ShelfState.Full, Wire.Write(quoted)) with { Locked = true });

    private static Shelf Make(int number, string? room, long weight, ShelfState state, string labels) => new()
    {
        Id = new ShelfId(new Guid(number, 0, 0, new byte[8])),
        Name = $"s{number}",
        Room = room,
        Weight = weight,
        State = state,
        Neighbour = number == 1 ? null : new ShelfId(new Guid(number - 1, 0, 0, new byte[8])),
        CreateTime = noon.AddMinutes(number - 1),
        LabelsJson = labels,
    };

    private static Answer Page(ShelfContext db, ListTerms terms) =>
        ListQuery.PageAsync(db.Shelves, ShelfContext.Fields, terms, shelf => shelf, CancellationToken.None).GetAwaiter().GetResult();

    private static string? NextToken(Answer answer) => ((ListPage<Shelf>)Assert.IsType<Answer.Done>(answer).Body!).NextPageToken;

    private static ImmutableList<Shelf> Walk(ShelfContext db, ListTerms terms)
    {
        var all = ImmutableList<Shelf>.Empty;
        for (var next = terms; ;)
        {
            var page = (ListPage<Shelf>)Assert.IsType<Answer.Done>(Page(db, next)).Body!;
            Assert.True(page.Items.Count <= terms.PageSize);
            all = all.AddRange(page.Items);
            Assert.True(all.Count <= 100, "the pages go round in circles");
            if (page.NextPageToken is not { } token)
            {
                return all;
            }

            next = terms with { PageToken = token };
        }
    }

    private static void AssertSorted(IReadOnlyList<Shelf> rows, string? order)
    {
        IOrderedEnumerable<Shelf> sorted = order switch
        {
            null or "id, name" => rows.OrderBy(r => r.Id.ToString(), StringComparer.Ordinal),
            "id desc" => rows.OrderByDescending(r => r.Id.ToString(), StringComparer.Ordinal),
            "room desc, weight" => rows.OrderByDescending(r => r.Room, StringComparer.Ordinal).ThenBy(r => r.Weight),
            "emptiedTime desc" => rows.OrderByDescending(r => r.EmptiedTime),
            "neighbour, locked" => rows.OrderBy(r => r.Neighbour?.ToString(), StringComparer.Ordinal).ThenBy(r => r.Locked),
            _ => rows.OrderBy(_ => 0),
        };
        if (order is null or "id, name" or "id desc" or "room desc, weight" or "emptiedTime desc" or "neighbour, locked")
        {
            Assert.Equal(sorted.ThenBy(r => r.Id.ToString(), StringComparer.Ordinal).Select(r => r.Id), rows.Select(r => r.Id));
        }
    }
}
