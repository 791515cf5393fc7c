using Fabraix.Proxy.Bodies;

namespace Fabraix.Proxy.Tests.Bodies;

public sealed class BodyBudgetTests
{
    [Fact]
    public void Takes_up_to_its_capacity_and_not_a_byte_more()
    {
        var budget = new BodyBudget(10);

        Assert.True(budget.TryTake(4));
        Assert.True(budget.TryTake(6));
        Assert.False(budget.TryTake(1));
        Assert.Equal(10, budget.Taken);
    }

    [Fact]
    public void Takes_nothing_where_it_refuses()
    {
        var budget = new BodyBudget(10);

        Assert.False(budget.TryTake(11));
        Assert.Equal(0, budget.Taken);
        Assert.True(budget.TryTake(10));
    }

    [Fact]
    public void Has_room_again_for_what_was_returned()
    {
        var budget = new BodyBudget(10);
        Assert.True(budget.TryTake(10));
        budget.Return(3);

        Assert.True(budget.TryTake(3));
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public void Admits_no_more_than_its_capacity_to_many_at_once_and_loses_nothing()
    {
        var budget = new BodyBudget(100);
        var admitted = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (budget.TryTake(1))
                Interlocked.Increment(ref admitted);
        });

        Assert.Equal(budget.Taken, admitted);
        Assert.InRange(admitted, 1, 100);
        budget.Return(admitted);
        Assert.True(budget.TryTake(100));
    }

    [Fact]
    public void Follows_the_machine_within_bounds()
    {
        var budget = BodyBudget.ForThisMachine();

        Assert.True(budget.TryTake(16 * 1024 * 1024));
        Assert.False(budget.TryTake(256 * 1024 * 1024));
    }
}
