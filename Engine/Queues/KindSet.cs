using System.Numerics;

namespace Muster.Engine.Queues;

/// <summary>A set of small numbers, one bit each: who can take what is remembered for every pair of kinds.</summary>
internal sealed class KindSet
{
    private ulong[] _words = [];

    public int Count { get; private set; }

    public bool Contains(int number) => number >> 6 < _words.Length && (_words[number >> 6] & Bit(number)) != 0;

    public void Add(int number)
    {
        if (number >> 6 >= _words.Length)
        {
            Array.Resize(ref _words, (number >> 6) + 1);
        }

        Count += Contains(number) ? 0 : 1;
        _words[number >> 6] |= Bit(number);
    }

    public void Remove(int number)
    {
        if (Contains(number))
        {
            _words[number >> 6] &= ~Bit(number);
            Count--;
        }
    }

    /// <summary>The first number after the given one that is in both sets, beginning again from 0 at the end; -1 when there is none.</summary>
    public static int NextInBoth(KindSet a, KindSet b, int after)
    {
        var length = Math.Min(a._words.Length, b._words.Length);
        var start = after + 1 >> 6 < length ? after + 1 : 0;
        for (var i = 0; i <= length; i++)
        {
            var index = ((start >> 6) + i) % Math.Max(1, length);
            var common = length == 0 ? 0 : a._words[index] & b._words[index];
            // The first word is looked at twice: at first from the start on, at last as a whole.
            common &= i == 0 ? ulong.MaxValue << (start & 63) : ulong.MaxValue;
            if (common != 0)
            {
                return (index << 6) + BitOperations.TrailingZeroCount(common);
            }
        }

        return -1;
    }

    private static ulong Bit(int number) => 1UL << (number & 63);
}
