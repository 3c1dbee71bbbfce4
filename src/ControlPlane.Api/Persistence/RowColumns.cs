using System.Linq.Expressions;
using System.Numerics;
using ControlPlane.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ControlPlane.Api.Persistence;

/// <summary>A table's columns as the model maps them, and the values that an entity has in them.</summary>
internal sealed class RowColumns<T>
    where T : class
{
    private const int MostColumns = 64;
    private readonly Column[] columns;

    internal RowColumns(IModel model)
    {
        var type = model.FindEntityType(typeof(T))!;
        Table = type.GetTableName()!;
        var table = StoreObjectIdentifier.Table(Table, type.GetSchema());
        columns = [.. type.GetProperties().Select(property => new Column($"\"{property.GetColumnName(table)}\"", property.GetGetter(),
            property.GetTypeMapping().Converter, SameIn(property)))];
        Invariant.Check(columns.Length <= MostColumns, $"{Table} has more columns than a word has bits");
    }

    internal string Table { get; }

    /// <summary>The names of all of them, or of those whose bit is set, quoted.</summary>
    internal IEnumerable<string> Names(ulong only = ulong.MaxValue) => Chosen(only).Select(column => column.Name);

    /// <summary>A bit for each column in which two states differ.</summary>
    internal ulong Differing(T before, T now)
    {
        var mask = 0UL;
        for (var i = 0; i < columns.Length; i++)
        {
            if (!columns[i].Same(before, now)) { mask |= 1UL << i; }
        }
        return mask;
    }

    /// <summary>The values of all columns, as the database keeps them.</summary>
    internal object?[] Values(T row) => Array.ConvertAll(columns, column => column.Of(row));

    /// <summary>Puts the values of some columns, as the database keeps them, at the beginning of an array.</summary>
    internal void Fill(object?[] values, T row, ulong only)
    {
        var at = 0;
        for (var left = only; left != 0; left &= left - 1) { values[at++] = columns[BitOperations.TrailingZeroCount(left)].Of(row); }
    }

    private IEnumerable<Column> Chosen(ulong only) => columns.Where((_, index) => (only & (1UL << index)) != 0);

    // The model's comparer, compiled with the member it compares: called for each column of each row, it must not make two objects of
    // the values first.
    private static Func<T, T, bool> SameIn(IProperty property)
    {
        var (before, now) = (Expression.Parameter(typeof(T)), Expression.Parameter(typeof(T)));
        var member = property.PropertyInfo!;
        var equals = Expression.Invoke(
            property.GetValueComparer().EqualsExpression, Expression.Property(before, member), Expression.Property(now, member));
        return Expression.Lambda<Func<T, T, bool>>(equals, before, now).Compile();
    }

    private sealed record Column(string Name, IClrPropertyGetter Getter, ValueConverter? Converter, Func<T, T, bool> Same)
    {
        internal object? Of(T row)
        {
            var value = Getter.GetClrValue(row);
            return value is null || Converter is null ? value : Converter.ConvertToProvider(value);
        }
    }
}
