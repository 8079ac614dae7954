using System.Collections;
using Razorvine.Pickle;
using Razorvine.Pickle.Objects;
using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>Where a tensor lies that a pickle of PyTorch's names: an archive entry's key, and offset and strides in elements.</summary>
internal sealed record PickledTensor(string Key, ScalarType Type, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>True where the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                {
                    return false;
                }

                expected = checked(expected * Shape[i]);
            }

            return true;
        }
    }
}

/// <summary>
/// Unpickles what <c>torch.save</c> pickled: numbers, texts, dictionaries, and for each tensor its place. Every other
/// class that the pickle names becomes a dictionary of its fields; no code of it is looked for.
/// </summary>
internal sealed class PyTorchPickle : Unpickler
{
    static PyTorchPickle()
    {
        registerConstructor("torch._utils", "_rebuild_tensor_v2", new TensorConstructor());
        registerConstructor("collections", "OrderedDict", new OrderedDictConstructor());
    }

    private PyTorchPickle()
    {
    }

    public static object Load(byte[] pickle)
    {
        using var unpickler = new PyTorchPickle();
        return unpickler.loads(pickle);
    }

    /// <summary>A storage: ("storage", its class, the entry's key, the device it was on, its length).</summary>
    protected override object persistentLoad(object pid) =>
        pid is object[] { Length: >= 5 } parts && parts[0] is "storage" && parts[1] is ClassDictConstructor kind && parts[2] is string key
            ? new Storage(key, kind.name switch
            {
                "FloatStorage" => ScalarType.Float32,
                "HalfStorage" => ScalarType.Float16,
                "BFloat16Storage" => ScalarType.BFloat16,
                _ => throw new InvalidDataException($"it holds a {kind.name}, expected one of floats"),
            })
            : throw new InvalidDataException("it refers to something that is no tensor's storage");

    private sealed record Storage(string Key, ScalarType Type);

    private sealed class TensorConstructor : IObjectConstructor
    {
        // torch._utils._rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks)
        public object construct(object[] args)
        {
            var storage = (Storage)args[0];
            var (shape, strides) = (Sizes(args[2]), Sizes(args[3]));
            var offset = Convert.ToInt64(args[1]);
            return offset >= 0 && shape.Length == strides.Length && shape.All(s => s >= 0)
                ? new PickledTensor(storage.Key, storage.Type, offset, shape, strides)
                : throw new InvalidDataException("it holds a tensor of an impossible shape");
        }

        private static long[] Sizes(object tuple) => Array.ConvertAll((object[])tuple, Convert.ToInt64);
    }

    private sealed class OrderedDictConstructor : IObjectConstructor
    {
        public object construct(object[] args) => new OrderedDict();
    }

    private sealed class OrderedDict : Hashtable
    {
        // What PyTorch hangs on its state dictionaries (versions of modules) says nothing here.
        public static void __setstate__(Hashtable _)
        {
        }
    }
}
