using System.Reflection;

Console.WriteLine($"fabraix-proxy {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}");
