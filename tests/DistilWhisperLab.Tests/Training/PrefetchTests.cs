using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class PrefetchTests
{
    [Fact]
    public void Items_come_in_order_and_what_is_not_taken_is_disposed()
    {
        var made = new List<Item>();
        using (var prefetch = new Prefetch<Item>(n => Add(made, new Item(n)), first: 3, end: 100, depth: 2))
        {
            Assert.Equal([3, 4, 5], Enumerable.Range(0, 3).Select(_ => prefetch.Take().Number));
        }

        Assert.InRange(made.Count, 3, 6);
        Assert.Equal(made.Skip(3), made.Where(item => item.Disposed));
    }

    [Fact]
    public void An_error_reaches_whoever_takes_and_behind_the_last_item_is_none()
    {
        using var failing = new Prefetch<Item>(n => n == 1 ? throw new LabException("Item 1 is bad.") : new Item(n), 0, 5);
        failing.Take();
        Assert.Equal("Item 1 is bad.", Assert.Throws<LabException>(failing.Take).Message);
        using var one = new Prefetch<Item>(n => new Item(n), 0, 1);
        one.Take();
        Assert.Throws<InvalidOperationException>(one.Take);
    }

    private static Item Add(List<Item> items, Item item)
    {
        items.Add(item);
        return item;
    }

    private sealed class Item(int number) : IDisposable
    {
        public int Number => number;

        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }
}
