using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http.Lists;

/// <summary>The fields of a list that `filter` and `orderBy` may name. The id ends every order.</summary>
public sealed class ListFields<T>
{
    private static readonly MethodInfo contains = typeof(string).GetMethod(nameof(string.Contains), [typeof(string)])!;

    private readonly Dictionary<string, ListField<T>> fields = [];

    private ListFields(ListKey<T> id) => Id = id;

    public delegate bool TextParser<TValue>(string text, out TValue value);

    /// <summary>What a filter may name, each with what it holds.</summary>
    public IReadOnlyList<string> Filterable => [.. fields.Values.Select(known => $"`{known.Name}` ({known.Holds})")];

    public IReadOnlyList<string> Sortable => [.. fields.Values.Where(known => known.Key is not null).Select(known => known.Name)];

    internal ListKey<T> Id { get; }

    internal IEnumerable<string> Names => fields.Keys;

    /// <summary>A list ordered by its id unless told otherwise; `parse` reads the text that the id's ToString gives.</summary>
    public static ListFields<T> By<TId>(Expression<Func<T, TId>> id, TextParser<TId> parse)
        where TId : notnull
    {
        var field = new ValueField<T, TId>("id", "id", id, parse, value => value.ToString()!, ranges: false);
        return new ListFields<T>(field.Key).Add(field);
    }

    public ListFields<T> Text(string name, Expression<Func<T, string?>> access) => Add(new ValueField<T, string?>(
        name, "text", access, ReadText, value => value!, ranges: true, Contains));

    public ListFields<T> Number(string name, Expression<Func<T, long>> access) => Add(new ValueField<T, long>(
        name, "a whole number", access, ReadNumber, value => value.ToString(CultureInfo.InvariantCulture), ranges: true));

    public ListFields<T> Number(string name, Expression<Func<T, int>> access) => Add(new ValueField<T, int>(
        name, "a whole number", access, ReadNumber, value => value.ToString(CultureInfo.InvariantCulture), ranges: true));

    public ListFields<T> Flag(string name, Expression<Func<T, bool>> access) => Add(new ValueField<T, bool>(
        name, "true or false", access, ReadFlag, value => value ? "true" : "false", ranges: false));

    public ListFields<T> Time(string name, Expression<Func<T, DateTimeOffset>> access) => Add(new ValueField<T, DateTimeOffset>(
        name, "an RFC 3339 time", access, UtcTimeConverter.TryParse, UtcTimeConverter.Text, ranges: true));

    public ListFields<T> Time(string name, Expression<Func<T, DateTimeOffset?>> access) => Add(new ValueField<T, DateTimeOffset?>(
        name, "an RFC 3339 time", access, OrNull<DateTimeOffset>(UtcTimeConverter.TryParse),
        value => UtcTimeConverter.Text(value!.Value), ranges: true));

    /// <summary>Named in filters as on the wire, UPPER_SNAKE.</summary>
    public ListFields<T> Enum<TEnum>(string name, Expression<Func<T, TEnum>> access)
        where TEnum : struct, Enum => Add(new ValueField<T, TEnum>(
            name, $"one of {string.Join(", ", UpperSnakeEnumConverter.TextsOf(typeof(TEnum)))}", access,
            UpperSnakeEnumConverter.TryParse, value => UpperSnakeEnumConverter.Text(value), ranges: false));

    /// <summary>
    /// A value with its own text form (an id of another resource, a name type): can be compared for equality, searched in (`:`) and
    /// ordered.
    /// </summary>
    public ListFields<T> Value<TValue>(string name, Expression<Func<T, TValue>> access, TextParser<TValue> parse)
        where TValue : notnull => Add(new ValueField<T, TValue>(
            name, "text", access, parse, value => value.ToString()!, ranges: false, ContainsText));

    /// <summary>The same where it may be null.</summary>
    public ListFields<T> Value<TValue>(string name, Expression<Func<T, TValue?>> access, TextParser<TValue> parse)
        where TValue : struct => Add(new ValueField<T, TValue?>(
            name, "text", access, OrNull(parse), value => value!.Value.ToString()!, ranges: false, ContainsText));

    /// <summary>
    /// A column of JSON text such as `{"env":"prod"}`, written by <see cref="Wire.Write"/>: `labels.env = prod`, `labels:env`.
    /// </summary>
    public ListFields<T> Labels(string name, Expression<Func<T, string>> json) => Add(new LabelField<T>(name, json));

    /// <summary>Anything else: the condition for `name = text`, or null where the text makes no sense.</summary>
    public ListFields<T> Custom(string name, Func<string, Expression<Func<T, bool>>?> equalTo) => Add(new CustomField<T>(name, equalTo));

    /// <summary>The field, and the rest of the path where the field is a map: `labels.env` is (labels, env).</summary>
    internal (ListField<T>? Field, string? Key) Find(string path)
    {
        if (fields.TryGetValue(path, out var field))
        {
            return (field, null);
        }

        return path.Split('.', 2) is [var map, { Length: > 0 } key] && fields.TryGetValue(map, out field) && field is LabelField<T>
            ? (field, key)
            : (null, null);
    }

    private static MethodCallExpression Contains(Expression column, string text) =>
        Expression.Call(column, contains, KeyOrder<string>.Parameter(text));

    // The detour by object makes SQL look at the column's text instead of converting the text to the column's type.
    private static MethodCallExpression ContainsText(Expression column, string text) =>
        Contains(Expression.Convert(Expression.Convert(column, typeof(object)), typeof(string)), text);

    private static bool ReadText(string text, out string? value)
    {
        value = text;
        return true;
    }

    private static bool ReadNumber<TNumber>(string text, out TNumber value)
        where TNumber : struct, System.Numerics.IBinaryInteger<TNumber> =>
        TNumber.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool ReadFlag(string text, out bool value)
    {
        value = text == "true";
        return value || text == "false";
    }

    private static TextParser<TValue?> OrNull<TValue>(TextParser<TValue> parse)
        where TValue : struct => (string text, out TValue? value) =>
        {
            var read = parse(text, out var plain);
            value = plain;
            return read;
        };

    private ListFields<T> Add(ListField<T> field)
    {
        fields.Add(field.Name, field);
        return this;
    }
}
