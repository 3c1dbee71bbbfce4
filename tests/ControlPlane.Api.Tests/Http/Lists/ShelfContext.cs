using System.Text.Json;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ControlPlane.Api.Tests.Http.Lists;

public sealed class ShelfContext : DbContext
{
    public static readonly ListFields<Shelf> Fields = ListFields<Shelf>.By(shelf => shelf.Id, ShelfId.TryParse)
        .Text("name", shelf => shelf.Name)
        .Text("room", shelf => shelf.Room)
        .Number("weight", shelf => shelf.Weight)
        .Flag("locked", shelf => shelf.Locked)
        .Enum("state", shelf => shelf.State)
        .Value("neighbour", shelf => shelf.Neighbour, ShelfId.TryParse)
        .Time("createTime", shelf => shelf.CreateTime)
        .Time("emptiedTime", shelf => shelf.EmptiedTime)
        .Labels("labels", shelf => shelf.LabelsJson)
        .Labels("tags", shelf => (string)(object)shelf.Tags)
        .Custom("nextTo", text => ShelfId.TryParse(text, out var id) ? shelf => shelf.Neighbour == id : null);

    /// <summary>A context over a database that may be empty or hold the shelves of a test before.</summary>
    public ShelfContext(DbContextOptions<ShelfContext> options, params IEnumerable<Shelf> shelves)
        : base(options)
    {
        Database.EnsureCreated();
        Shelves.ExecuteDelete();
        Shelves.AddRange(shelves);
        SaveChanges();
        ChangeTracker.Clear();
    }

    public DbSet<Shelf> Shelves => Set<Shelf>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        var ids = new ValueConverter<ShelfId, string>(id => id.ToString(), text => Read(text));
        var times = new ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
        model.Entity<Shelf>(shelf =>
        {
            shelf.Property(s => s.Id).HasConversion(ids).ValueGeneratedNever();
            shelf.Property(s => s.Neighbour).HasConversion(ids);
            shelf.Property(s => s.State).HasConversion<string>();
            shelf.Property(s => s.CreateTime).HasConversion(times);
            shelf.Property(s => s.Tags).HasConversion(tags => Wire.Write(tags), text => ReadTags(text));
            shelf.Property(s => s.EmptiedTime).HasConversion(times);
            // As the store's own context has it.
            if (Database.IsNpgsql())
            {
                foreach (var column in shelf.Metadata.GetProperties())
                {
                    if (StoredAsText(column)) { column.SetCollation("C"); }
                }
            }
        });
    }

    private static bool StoredAsText(IReadOnlyProperty column) =>
        (column.GetValueConverter()?.ProviderClrType ?? column.GetProviderClrType() ?? column.ClrType) == typeof(string);

    private static IReadOnlyDictionary<string, string> ReadTags(string text) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(text, Wire.Json)!;

    private static ShelfId Read(string text) => ShelfId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
