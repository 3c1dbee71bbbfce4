using System.Linq.Expressions;

namespace ControlPlane.Api.Http.Lists;

/// <summary>Joins conditions on the same kind of row.</summary>
internal static class Conditions
{
    public static Expression<Func<T, bool>> All<T>(Expression<Func<T, bool>> left, Expression<Func<T, bool>> right) =>
        Join(left, right, Expression.AndAlso);

    public static Expression<Func<T, bool>> Any<T>(Expression<Func<T, bool>> left, Expression<Func<T, bool>> right) =>
        Join(left, right, Expression.OrElse);

    public static Expression<Func<T, bool>> Not<T>(Expression<Func<T, bool>> condition) =>
        Expression.Lambda<Func<T, bool>>(Expression.Not(condition.Body), condition.Parameters);

    private static Expression<Func<T, bool>> Join<T>(
        Expression<Func<T, bool>> left, Expression<Func<T, bool>> right, Func<Expression, Expression, Expression> how)
    {
        var row = left.Parameters[0];
        var body = new Rename(right.Parameters[0], row).Visit(right.Body);
        return Expression.Lambda<Func<T, bool>>(how(left.Body, body), row);
    }

    private sealed class Rename(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
