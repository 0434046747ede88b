using System.Collections.ObjectModel;
using System.Collections.Specialized;

namespace LiveStash.Serialization;

/// <summary>A collection that an object shows by a member without a setter: it is filled, for others of the object may know it.</summary>
internal abstract class ShownCollection
{
    /// <returns><see langword="null"/> for what is no collection.</returns>
    public static ShownCollection? Of(Type type, Func<object, object?> get, NewObject another)
    {
        var enumerable = type.GetInterfaces().Append(type).FirstOrDefault(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return enumerable is null || type == typeof(string)
            ? null
            : (ShownCollection)Activator.CreateInstance(typeof(Items<>).MakeGenericType(enumerable.GetGenericArguments()), get, another)!;
    }

    /// <summary>Has the collection of an object that is being read hold what was saved, where it is the object's own.</summary>
    /// <returns>Whether that is done. Also where it could not be replaced either: it is a view of another one.</returns>
    public abstract bool Refill(object owner, object? saved);

    private sealed class Items<T>(Func<object, object?> get, NewObject another) : ShownCollection
    {
        private readonly Lazy<object?> _anothers = new(() => another.Shows(get), LazyThreadSafetyMode.PublicationOnly);

        public override bool Refill(object owner, object? saved)
        {
            if (NewObject.Try(get, owner) is not ICollection<T> present || present is T[] || saved is not IEnumerable<T> items)
            {
                return false;
            }

            if (present.IsReadOnly)
            {
                return present is ReadOnlyCollection<T>;
            }

            // Everybody's: what one user has entered would be in the objects of all.
            if (ReferenceEquals(present, _anothers.Value) || !(present.Count == 0 || present is INotifyCollectionChanged || IsAsMade(owner, present)))
            {
                return false;
            }

            present.Clear();
            foreach (var item in items)
            {
                present.Add(item);
            }

            return true;
        }

        /// <summary>
        /// Whether what is in it comes from the constructor. Otherwise it may be another member's, which has been read already, and here
        /// is a part of that: the lines that a filter lets through.
        /// </summary>
        private bool IsAsMade(object owner, ICollection<T> present) =>
            another.IsMade && _anothers.Value is ICollection<T> made && made.Count == present.Count && !another.IsShownTwice(owner, present);
    }
}
