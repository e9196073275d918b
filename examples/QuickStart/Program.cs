Console.WriteLine("FlexAttention");
