Console.WriteLine("The sandbox starts here.");
